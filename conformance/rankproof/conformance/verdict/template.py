"""Fills one of the package's templates with a document."""

from __future__ import annotations

from importlib import resources

from rankproof.conformance.verdict.document import Document
from rankproof.conformance.verdict.finding import Verdict
from rankproof.conformance.verdict.matrix import COUNTED, REASONS, environment_lines
from rankproof.conformance.verdict.tally import abbreviated, groups, item_id, rows, summary
from rankproof.conformance.verdict.terminal import facts
from rankproof.conformance.verdict.values import share_text


def fill(name: str, document: Document, *, escape: bool) -> str:
    """The template with the document's tables in it; ``escape`` for HTML."""
    import jinja2

    settings = jinja2.Environment(
        autoescape=escape, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    settings.filters.update(abbreviated=abbreviated, share=share_text, cell=cell, id=item_id, facts=facts)
    text = resources.files(__package__).joinpath("templates", name).read_text(encoding="utf-8")
    return settings.from_string(text).render(
        document=document,
        environment=environment_lines(document),
        counted=COUNTED,
        rows=rows(document.findings),
        reasons={title: groups(document.findings, verdict) for title, verdict in REASONS.items()},
        diverging=[finding for finding in document.findings if finding.verdict is Verdict.DIVERGES],
        summary=summary(document.findings),
    )


def cell(text: str) -> str:
    """Text that stays inside a cell of a Markdown table."""
    return str(text).replace("|", "\\|").replace("\n", " ")
