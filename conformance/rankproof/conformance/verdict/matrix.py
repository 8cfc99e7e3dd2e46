"""The matrix: loss x variant x device x dtype, what was found, and below it what was not run and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rankproof.conformance.verdict.console import COLOURS, Screen, table, to_text
from rankproof.conformance.verdict.document import Document
from rankproof.conformance.verdict.finding import Finding, Verdict
from rankproof.conformance.verdict.tally import Group, abbreviated, groups, item_id, rows, summary
from rankproof.conformance.verdict.values import as_text, share_text

if TYPE_CHECKING:
    from rich.console import RenderableType

COUNTED = (Verdict.CONFORMING, Verdict.ADMISSIBLE, Verdict.WAIVED, Verdict.DIVERGES, Verdict.NOT_RUN)
REASONS = {"Admissible": Verdict.ADMISSIBLE, "Waived": Verdict.WAIVED, "Not run": Verdict.NOT_RUN}
NUMERIC = ("conforming", "admissible", "waived", "diverges", "not\nrun", "cases", "not\njudged", "worst")


def render(document: Document, screen: Screen | None = None) -> str:
    """The matrix of a run, or of several that were merged; without a screen plain text of a fixed width."""
    from rich.text import Text

    parts: list[RenderableType] = [Text(f"rankproof {document.rankproof}", style="bold")]
    parts += [Text(line) for line in environment_lines(document)]
    parts += ["", *_table(document.findings)]
    for skipped in document.not_run:
        parts.append("")
        parts.append(Text(f"{skipped.device}: not run: {skipped.reason}", style=COLOURS[Verdict.NOT_RUN]))
    for title, verdict in REASONS.items():
        parts += _reasons(title, groups(document.findings, verdict))
    parts += _diverging(document.findings)
    parts += ["", Text(summary(document.findings), style="bold")]
    return to_text(parts, screen or Screen())


def environment_lines(document: Document) -> list[str]:
    """What the numbers depend on, a line for every four of them; runs that differ side by side."""
    facts = [f"{name} {_sides(value)}" for name, value in document.environment.items()]
    return [", ".join(facts[start : start + 5]) for start in range(0, len(facts), 5)]


def _sides(value: Any) -> str:
    return " | ".join(map(as_text, value)) if isinstance(value, list) else as_text(value)


def _table(findings: Sequence[Finding]) -> Iterator[RenderableType]:
    from rich.text import Text

    if not findings:
        return
    grid = table("loss", "variant", "device", "dtype", *NUMERIC, numeric=NUMERIC, folded=("variant",))
    previous = None
    for row in rows(findings):
        if previous not in (None, row.loss):
            grid.add_section()
        previous = row.loss
        grid.add_row(
            *(Text(name) for name in (row.loss, row.subject, row.device, row.dtype)),
            *(Text(str(row.clauses[it] or "-"), style=COLOURS[it] if row.clauses[it] else "") for it in COUNTED),
            *(str(count or "-") for count in (row.cases, row.not_judged)),
            share_text(row.worst_share) or "-",
        )
    yield grid


def _reasons(title: str, found: Sequence[Group]) -> Iterator[RenderableType]:
    from rich.padding import Padding
    from rich.text import Text

    if not found:
        return
    yield from ("", Text(f"{title}:", style="bold"))
    for group in found:
        yield Padding(Text(f"{group.count} x {group.reason}"), (0, 0, 0, 2))
        which = f"{abbreviated(group.clauses)}: {abbreviated(group.subjects, 4)}"
        yield Padding(Text(which, style="dim"), (0, 0, 0, 6))


def _diverging(findings: Sequence[Finding]) -> Iterator[RenderableType]:
    from rich.padding import Padding
    from rich.text import Text

    diverging = [finding for finding in findings if finding.verdict is Verdict.DIVERGES]
    if diverging:
        yield from ("", Text("Diverging:", style="bold"))
    for finding in diverging:
        problem = finding.counterexample.problem if finding.counterexample else finding.reason
        yield Padding(Text(item_id(finding), style=COLOURS[Verdict.DIVERGES]), (0, 0, 0, 2))
        yield Padding(Text(problem), (0, 0, 0, 6))
