"""``rankproof diff`` as text, Markdown and JSON: what got worse first."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rankproof.conformance.verdict.console import Screen, table, to_text
from rankproof.conformance.verdict.diff import Change, Comparison, Kind, problem, settings_changed, without_numbers
from rankproof.conformance.verdict.document import FORMAT
from rankproof.conformance.verdict.finding import Finding
from rankproof.conformance.verdict.json_numbers import plain
from rankproof.conformance.verdict.tally import abbreviated
from rankproof.conformance.verdict.values import as_text

if TYPE_CHECKING:
    from rich.console import RenderableType

TITLES = {
    Kind.WORSE: "Worse",
    Kind.BETTER: "Better",
    Kind.OTHERWISE: "Different, neither better nor worse",
    Kind.NEW: "New",
    Kind.GONE: "Gone",
}
COLOURS = {Kind.WORSE: "bold red", Kind.BETTER: "green", Kind.OTHERWISE: "yellow", Kind.NEW: "cyan", Kind.GONE: "dim"}
SHOWN = 8  # clauses that went through the same change, before the rest is counted


@dataclass(frozen=True)
class Line:
    """The same change of one subject on one device, with every clause and dtype that went through it."""

    where: str  # "margin_ranking vectorized (cpu)"
    transition: str
    clauses: tuple[str, ...]
    dtypes: tuple[str, ...]
    remark: str


def lines(changes: Sequence[Change]) -> tuple[Line, ...]:
    """Changes gathered, so that a subject that is gone takes a line and not a hundred."""
    clauses: dict[tuple[str, str, str, str], list[Change]] = {}
    for change in changes:
        it = change.about
        where = f"{it.loss} {it.subject} ({it.device})"
        clauses.setdefault((where, it.clause, change.transition, without_numbers(_remark(change))), []).append(change)
    gathered: dict[tuple[str, str, str, tuple[str, ...]], list[list[Change]]] = {}
    for (where, _, transition, sort), members in clauses.items():
        dtypes = tuple(member.about.dtype for member in members)
        gathered.setdefault((where, transition, sort, dtypes), []).append(members)
    return tuple(
        Line(where, transition, tuple(of_clause[0].about.clause for of_clause in found), dtypes, _remarks(found))
        for (where, transition, _, dtypes), found in gathered.items()
    )


def _remarks(found: Sequence[Sequence[Change]]) -> str:
    """What is wrong in the first of changes whose remarks differ in their numbers alone."""
    remarks = list(dict.fromkeys(_remark(change) for of_clause in found for change in of_clause))
    return remarks[0] if len(remarks) == 1 else f"{remarks[0]}, and the like"


def _remark(change: Change) -> str:
    """What is wrong now; of a verdict that stayed, what was wrong before too."""
    before, after = problem(change.before), problem(change.after)
    if change.before and change.after and change.before.verdict is change.after.verdict:
        return f"{before} -> {after}"
    return "" if change.kind is Kind.NEW else after


def summary(comparison: Comparison) -> str:
    """One line that says how the runs compare."""
    word = "something got worse" if comparison.of(Kind.WORSE) else "nothing got worse"
    counts = [f"{len(comparison.of(kind))} {kind.value}" for kind in Kind]
    return f"{word}: {', '.join(counts)}, {comparison.unchanged} unchanged"


def headline(comparison: Comparison) -> list[str]:
    """Which runs are compared, and in what they differ apart from their verdicts."""
    told = [f"{comparison.old.source} -> {comparison.new.source}"]
    if comparison.paired:
        told.append(f"one subject each: {' -> '.join(comparison.paired)}")
    for name, old, new in settings_changed(comparison):
        told.append(f"{name}: {' -> '.join('not told' if value is None else as_text(value) for value in (old, new))}")
    return told


def text(comparison: Comparison, screen: Screen | None = None) -> str:
    """The changes for a terminal; without a screen plain text of a fixed width."""
    from rich.text import Text

    parts: list[RenderableType] = [Text(line) for line in headline(comparison)]
    for kind in Kind:
        if found := lines(comparison.of(kind)):
            parts += ["", Text(f"{TITLES[kind]}:", style=COLOURS[kind])]
            parts += _subjects(found)
    parts += ["", Text(summary(comparison), style="bold")]
    return to_text(parts, screen or Screen())


def _subjects(found: Sequence[Line]) -> Iterator[RenderableType]:
    """A table for each subject, under its name."""
    from rich.padding import Padding
    from rich.text import Text

    for where in dict.fromkeys(line.where for line in found):
        yield Padding(Text(where), (0, 0, 0, 2))
        grid = table("change", "clauses", "dtypes", "", headed=False, folded=("clauses", "dtypes", ""))
        for line in found:
            if line.where == where:
                names = (line.transition, abbreviated(line.clauses, SHOWN), ", ".join(line.dtypes), line.remark)
                grid.add_row(*(Text(name) for name in names))
        yield Padding(grid, (0, 0, 0, 4))


def markdown(comparison: Comparison) -> str:
    """The changes for a pull request or a job summary."""
    from rankproof.conformance.verdict.template import cell

    parts = ["# Verdicts that changed", "", f"**{summary(comparison)}**", "", *_bullets(headline(comparison))]
    for kind in Kind:
        if found := lines(comparison.of(kind)):
            parts += ["", f"## {TITLES[kind]}", "", "| subject | change | clauses | dtypes | what is wrong |"]
            parts += ["|---|---|---|---|---|"]
        for line in found:
            names = (line.where, line.transition, abbreviated(line.clauses, SHOWN), ", ".join(line.dtypes), line.remark)
            parts.append(f"| {' | '.join(map(cell, names))} |")
    return "\n".join(parts) + "\n"


def _bullets(told: Sequence[str]) -> list[str]:
    return [f"- {line}" for line in told]


def as_json(comparison: Comparison) -> str:
    """Every change by itself, for a program."""
    data = {
        "format": FORMAT,
        "old": comparison.old.source,
        "new": comparison.new.source,
        "paired": comparison.paired,
        "settings": [{"name": name, "old": old, "new": new} for name, old, new in settings_changed(comparison)],
        "counts": {kind.value: len(comparison.of(kind)) for kind in Kind} | {"unchanged": comparison.unchanged},
        "changes": [_entry(change) for change in sorted(comparison.changes, key=lambda it: list(Kind).index(it.kind))],
    }
    return json.dumps(plain(data), indent=1, allow_nan=False, ensure_ascii=False) + "\n"


def _entry(change: Change) -> dict[str, Any]:
    it = change.about
    place = {"loss": it.loss, "subject": it.subject, "device": it.device, "dtype": it.dtype, "clause": it.clause}
    return {"kind": change.kind.value, **place, "before": _side(change.before), "after": _side(change.after)}


def _side(finding: Finding | None) -> dict[str, Any] | None:
    return None if finding is None else {"verdict": finding.verdict.value, "problem": problem(finding)}


FORMATS: dict[str, Callable[[Comparison], str]] = {"text": text, "markdown": markdown, "json": as_json}


def show(comparison: Comparison, form: str = "text", screen: Screen | None = None) -> str:
    """The comparison in one of FORMATS."""
    return text(comparison, screen) if form == "text" else FORMATS[form](comparison)
