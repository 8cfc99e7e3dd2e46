"""The kill matrix for a reader, and as a JSON document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rankproof.conformance.verdict.console import Screen, table, to_text
from tests.faults.defects import DEFECTS, PENDING
from tests.faults.fault import Fault
from tests.faults.matrix import Matrix

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

COUNTS = ("#", "clauses")
CATCHERS = "caught by: those that must; others, in families"


def render(matrix: Matrix, seconds: float, screen: Screen) -> str:
    """Each loss with its faults and what catches them, each clause with what it catches, and the verdict."""
    parts: list[RenderableType] = []
    for loss in matrix.clauses:
        parts += [_heading(f"{loss}: its faults, and the clauses that catch them"), _faults(matrix, loss), ""]
    parts += [_heading("How many faults of each loss a clause catches"), _clauses(matrix), ""]
    parts += [_heading("Classes of defect"), _classes(matrix), ""]
    if matrix.guards:
        parts += [_heading("Guards: clauses that catch none"), _guards(matrix), ""]
    parts += _verdict(matrix, seconds)
    return to_text(parts, screen)


def _heading(text: str) -> Text:
    from rich.text import Text

    return Text(text, style="bold")


def _faults(matrix: Matrix, loss: str) -> RenderableType:
    from rich.text import Text

    grid = table("fault", *COUNTS, CATCHERS, numeric=COUNTS, folded=(CATCHERS,))
    for fault in (fault for fault in matrix.faults if fault.loss == loss):
        catchers = matrix.catchers(fault)
        named = [clause for clause in catchers if fault.names(clause)]
        told = Text(", ".join(named), style="green")
        others = ", ".join(_families([clause for clause in catchers if not fault.names(clause)]))
        told.append(f"{'; ' if named and others else ''}{others}", style="dim")
        if not catchers:
            told = Text("nothing", style="bold red")
        number = str(fault.defect.number) if fault.defect else "-"
        grid.add_row(Text(fault.id.removeprefix(f"{loss}.")), number, str(len(catchers)), told)
    return grid


def _families(clauses: Sequence[str]) -> Iterator[str]:
    """edge.one_item and edge.huge as "edge (2)"."""
    for family, count in Counter(clause.partition(".")[0] for clause in clauses).items():
        yield family if family in clauses else f"{family} ({count})"


def _clauses(matrix: Matrix) -> RenderableType:
    from rich.text import Text

    losses = list(matrix.clauses)
    grid = table("clause", *losses, "all", numeric=(*losses, "all"))
    for clause in dict.fromkeys(clause for ids in matrix.clauses.values() for clause in ids):
        counts = [matrix.catches(loss, clause) if clause in matrix.clauses[loss] else None for loss in losses]
        cells = [Text("-", style="dim") if count is None else Text(str(count)) for count in counts]
        grid.add_row(Text(clause), *cells, Text(str(sum(count or 0 for count in counts)), style="bold"))
    return grid


def _classes(matrix: Matrix) -> RenderableType:
    from rich.text import Text

    losses = list(matrix.clauses)
    grid = table("#", "class", *losses, numeric=("#", *losses), folded=("class",))
    members = Counter((fault.loss, fault.defect) for fault in matrix.faults)
    for number, defect in DEFECTS.items():
        counts = [str(members[loss, defect] or "") for loss in losses]
        waits = f"; pending: waits for {PENDING[number]}" if number in PENDING else ""
        grid.add_row(str(number), Text(f"{defect.title}{waits}"), *counts)
    grid.add_row("-", Text("outside the classes"), *(str(members[loss, None] or "") for loss in losses))
    return grid


def _guards(matrix: Matrix) -> RenderableType:
    from rich.text import Text

    grid = table("loss", "clause", "reason", folded=("reason",))
    for guard in matrix.guards:
        grid.add_row(guard.loss, Text(guard.clause), Text(guard.reason))
    return grid


def _verdict(matrix: Matrix, seconds: float) -> list[RenderableType]:
    from rich.text import Text

    problems = matrix.problems()
    ids = {clause for ids in matrix.clauses.values() for clause in ids}
    caught = sum(bool(matrix.catchers(fault)) for fault in matrix.faults)
    told = f"{caught} of {len(matrix.faults)} faults caught, by {len(ids)} clauses, in {seconds:.0f} s"
    parts: list[RenderableType] = [Text(problem, style="red") for problem in problems]
    return [*parts, Text(f"{told}; {len(problems) or 'no'} problem{'s' * (len(problems) != 1)}", style="bold")]


def document(matrix: Matrix, seconds: float, settings: dict[str, Any]) -> dict[str, Any]:
    """The same as JSON values."""
    return {
        "format": 1,
        "settings": settings,
        "seconds": round(seconds, 1),
        "problems": matrix.problems(),
        "clauses": {
            loss: {clause: matrix.catches(loss, clause) for clause in ids} for loss, ids in matrix.clauses.items()
        },
        "faults": [_entry(matrix, fault) for fault in matrix.faults],
        "guards": [vars(guard) for guard in matrix.guards],
        "pending": [{**vars(DEFECTS[number]), "waits_for": waits} for number, waits in PENDING.items()],
    }


def _entry(matrix: Matrix, fault: Fault) -> dict[str, Any]:
    row = matrix.rows[fault.id]
    return {
        "id": fault.id,
        "loss": fault.loss,
        "what": fault.what,
        "class": fault.defect.number if fault.defect else None,
        "source": fault.source,
        "must": sorted(fault.clauses),
        "caught": dict(row.caught),
        "crashed": dict(row.crashed),
        "not_run": sorted(row.not_run),
        "passed": sorted(row.passed),
        "seconds": round(row.seconds, 2),
    }
