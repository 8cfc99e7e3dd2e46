"""The matrix: loss x variant x device x dtype, what was found, and below it what was not run and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rankproof.conformance.verdict.console import BLANKS, COLOURS, Screen, table, to_text
from rankproof.conformance.verdict.document import Document
from rankproof.conformance.verdict.finding import Finding, Verdict
from rankproof.conformance.verdict.tally import Group, Row, abbreviated, groups, item_id, rows, summary
from rankproof.conformance.verdict.values import as_text, short_share_text

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table
    from rich.text import Text

COUNTED = (Verdict.CONFORMING, Verdict.ADMISSIBLE, Verdict.WAIVED, Verdict.DIVERGES, Verdict.NOT_RUN)
REASONS = {"Admissible": Verdict.ADMISSIBLE, "Waived": Verdict.WAIVED, "Not run": Verdict.NOT_RUN}
NUMERIC = (
    "con-\nforming",
    "admis-\nsible",
    "waived",
    "di-\nverges",
    "not\nrun",
    "cases",
    "not\njudged",
    "budget\nused",
)
INDENT = 2
LEGIBLE = 16  # columns of the variants, for which the columns of numbers come closer to each other
COLUMNS = ("variant", "dtype", *NUMERIC)


def render(document: Document, screen: Screen | None = None) -> str:
    """The matrix of a run, or of several that were merged; without a screen plain text of a fixed width."""
    from rich.text import Text

    screen = screen or Screen()
    parts: list[RenderableType] = [Text(f"rankproof {document.rankproof}", style="bold")]
    parts += [Text(line) for line in environment_lines(document)]
    parts += ["", *_table(document.findings, screen)]
    for skipped in document.not_run:
        parts.append("")
        parts.append(Text(f"{skipped.device}: not run: {skipped.reason}", style=COLOURS[Verdict.NOT_RUN]))
    for title, verdict in REASONS.items():
        parts += _reasons(title, groups(document.findings, verdict))
    parts += _diverging(document.findings)
    parts += ["", Text(summary(document.findings), style="bold")]
    return to_text(parts, screen)


def environment_lines(document: Document) -> list[str]:
    """What the numbers depend on, a line for every four of them; runs that differ side by side."""
    facts = [f"{name} {_sides(value)}" for name, value in document.environment.items()]
    return [", ".join(facts[start : start + 5]) for start in range(0, len(facts), 5)]


def _sides(value: Any) -> str:
    return " | ".join(map(as_text, value)) if isinstance(value, list) else as_text(value)


def _table(findings: Sequence[Finding], screen: Screen) -> Iterator[RenderableType]:
    """The rows under the loss and device that they are about, in columns that all of them share."""
    from rich.padding import Padding
    from rich.text import Text

    found = rows(findings)
    if not found:
        return
    widths, between = _widths([_cells(row) for row in found], screen)
    yield Padding(_grid(widths, between, headed=True), (0, 0, 0, INDENT))
    for place in dict.fromkeys((row.loss, row.device) for row in found):
        yield Text(f"{place[0]} on {place[1]}", style="bold")
        grid = _grid(widths, between, headed=False)
        for row in found:
            if (row.loss, row.device) == place:
                grid.add_row(*_styled(row))
        yield Padding(grid, (0, 0, 0, INDENT))


def _cells(row: Row) -> tuple[str, ...]:
    counts = (*(row.clauses[verdict] for verdict in COUNTED), row.cases, row.not_judged)
    return (row.subject, row.dtype, *(str(count or "-") for count in counts), short_share_text(row.worst_share) or "-")


def _styled(row: Row) -> Iterator[Text]:
    from rich.text import Text

    counted = [COLOURS[verdict] if row.clauses[verdict] else "" for verdict in COUNTED]
    styles = ("", "", *counted, "", "", "")
    yield from (Text(cell, style=style) for cell, style in zip(_cells(row), styles, strict=True))


def _widths(cells: Sequence[Sequence[str]], screen: Screen) -> tuple[list[int], int]:
    """Of all columns, and of what is between them; the variants get what the screen leaves, and fold if it is less.

    Numbers are never cut: they come closer to each other where the variants would have too little.
    """
    headed = zip(COLUMNS, *cells, strict=True)
    asked = [max(len(line) for cell in column for line in cell.split("\n")) for column in headed]
    left = {each: screen.width - INDENT - each - sum(width + each for width in asked[1:]) for each in (BLANKS, 1)}
    between = BLANKS if left[BLANKS] >= min(asked[0], LEGIBLE) else 1
    return [min(asked[0], max(left[between], len(COLUMNS[0]))), *asked[1:]], between


def _grid(widths: Sequence[int], between: int, *, headed: bool) -> Table:
    grid = table(*COLUMNS, headed=headed, numeric=NUMERIC, folded=COLUMNS[:1], between=between)
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = width
    return grid


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
