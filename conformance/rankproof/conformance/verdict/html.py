"""The matrix and every divergence as one HTML file that needs nothing beside it."""

from __future__ import annotations

from rankproof.conformance.verdict.document import Document
from rankproof.conformance.verdict.template import fill


def render(document: Document) -> str:
    """The document as a page."""
    return fill("report.html.j2", document, escape=True)
