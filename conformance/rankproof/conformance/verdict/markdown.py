"""The matrix and every divergence as Markdown, for a pull request or a job summary."""

from __future__ import annotations

from rankproof.conformance.verdict.document import Document
from rankproof.conformance.verdict.template import fill


def render(document: Document) -> str:
    """The document as GitHub's Markdown."""
    return fill("report.md.j2", document, escape=False)
