"""What was found on one subject, clause by clause: a line of numbers each, and under it what there is to say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rankproof.conformance.verdict.console import BLANKS, COLOURS, Screen, table
from rankproof.conformance.verdict.diff import without_numbers
from rankproof.conformance.verdict.error_size import error_text
from rankproof.conformance.verdict.finding import Finding, Level, Verdict
from rankproof.conformance.verdict.values import share_text

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

HEADINGS = ("clause", "cases", "not judged", "budget used")  # the largest share
VERDICT = max(map(len, (*Verdict, *Level)))  # a level stands above its clauses, in the column of their verdicts


@dataclass(frozen=True)
class Row:
    """One clause in the dtypes in which the same is to be said of it."""

    first: Finding
    cells: tuple[str, str, str, str]  # under HEADINGS


def gathered(findings: Sequence[Finding], key: Callable[[Finding], Hashable]) -> list[list[Finding]]:
    """Findings with the same key together, in the order of the first of each."""
    members: dict[Hashable, list[Finding]] = {}
    for finding in findings:
        members.setdefault(key(finding), []).append(finding)
    return list(members.values())


def remark(finding: Finding) -> str:
    """What stands under a clause: its reason, or what is wrong with it."""
    shown = finding.counterexample
    if finding.verdict is not Verdict.DIVERGES or shown is None:
        return finding.reason
    error = "" if shown.share is None else error_text(shown.got, shown.expected)
    return shown.problem if not error or error in shown.problem else f"{shown.problem}, off by {error}"


def clause_table(findings: Sequence[Finding], screen: Screen) -> Iterator[RenderableType]:
    """The clauses of one subject that were run, level by level, and then the others with each reason once.

    A remark has a line of its own, so that it is read in one piece however narrow the screen is. Most clauses are
    asked in the same dtypes: these are said once, and the others beside their clauses.
    """
    from rich.text import Text

    members = [alike for each in gathered(findings, _clause) for alike in gathered(each, _alike)]
    usual = _usual_dtypes(members)
    everywhere = frozenset(finding.dtype for finding in findings)
    if usual and usual != everywhere:
        shown = ", ".join(dict.fromkeys(it.dtype for it in findings if it.dtype in usual))
        yield from (Text(f"{shown}, where no other dtype is named:"), "")
    found = [_row(each, usual or everywhere, everywhere) for each in members]
    rows = [row for row in found if row.first.verdict is not Verdict.NOT_RUN]
    if rows:
        yield _grid(rows, _widths(rows, screen))
    yield from _not_run([row for row in found if row.first.verdict is Verdict.NOT_RUN], below=bool(rows))


def _grid(rows: Sequence[Row], widths: Sequence[int]) -> Table:
    from rich.text import Text

    grid = table("verdict", "", folded=("",))
    grid.columns[0].width = VERDICT
    grid.columns[1].header = _line(HEADINGS, widths)
    for level in Level:
        of_level = [row for row in rows if row.first.level is level]
        if of_level:
            grid.add_row(Text(level, style="bold"), "")
        for row in of_level:
            grid.add_row(Text(row.first.verdict, style=COLOURS[row.first.verdict]), _body(row, widths))
    return grid


def _not_run(rows: Sequence[Row], *, below: bool) -> Iterator[RenderableType]:
    """Each reason with all the clauses that it holds for, the reason of most clauses first."""
    from rich.padding import Padding
    from rich.text import Text

    reasons: dict[str, list[str]] = {}
    for row in rows:
        reasons.setdefault(row.first.reason or "no reason given", []).append(row.cells[0])
    if reasons:
        yield from ([""] if below else [])
        yield Text("Not run:", style="bold")
    for reason, names in sorted(reasons.items(), key=lambda item: -len(item[1])):
        yield Padding(Text(f"{len(names)} x {reason}", style=COLOURS[Verdict.NOT_RUN]), (0, 0, 0, BLANKS))
        yield Padding(Text(", ".join(names)), (0, 0, 0, 3 * BLANKS))


def _clause(finding: Finding) -> Hashable:
    return finding.clause


def _alike(finding: Finding) -> Hashable:
    """What dtypes have in common that share the line of a clause."""
    return finding.verdict, without_numbers(remark(finding))


def _usual_dtypes(members: Sequence[Sequence[Finding]]) -> frozenset[str] | None:
    """The dtypes of more than half of the lines, None where none are."""
    counted = Counter(frozenset(finding.dtype for finding in each) for each in members)
    dtypes, count = counted.most_common(1)[0]
    return dtypes if 2 * count > len(members) else None


def _row(members: Sequence[Finding], usual: frozenset[str], everywhere: frozenset[str]) -> Row:
    first, dtypes = members[0], dict.fromkeys(finding.dtype for finding in members)
    named = "every dtype" if everywhere == set(dtypes) else ", ".join(dtypes)
    only = "" if usual == set(dtypes) else f" ({named})"
    cases, not_judged = sum(it.cases for it in members), sum(it.not_judged for it in members)
    worst = max((it.worst_share for it in members if it.worst_share is not None), default=None)
    cells = (f"{first.clause}{only}", str(cases or "-"), str(not_judged or "-"), share_text(worst) or "-")
    return Row(first, cells)


def _widths(rows: Sequence[Row], screen: Screen) -> list[int]:
    """Of the columns under HEADINGS; the clauses get what the screen leaves, if that is less than they ask for."""
    asked = [max(map(len, column)) for column in zip(HEADINGS, *(row.cells for row in rows), strict=True)]
    left = screen.width - VERDICT - 2 * BLANKS - sum(width + BLANKS for width in asked[1:])
    return [min(asked[0], max(left, len(HEADINGS[0]))), *asked[1:]]


def _line(cells: Sequence[str], widths: Sequence[int]) -> Table:
    from rich.table import Table
    from rich.text import Text

    line = Table.grid(padding=(0, BLANKS, 0, 0))
    for heading, width in zip(HEADINGS, widths, strict=True):
        line.add_column(width=width, justify="left" if heading == HEADINGS[0] else "right", overflow="fold")
    line.add_row(*map(Text, cells))
    return line


def _body(row: Row, widths: Sequence[int]) -> RenderableType:
    from rich.console import Group
    from rich.padding import Padding
    from rich.text import Text

    line, told = _line(row.cells, widths), remark(row.first)
    return Group(line, Padding(Text(told), (0, 0, 0, BLANKS))) if told else line
