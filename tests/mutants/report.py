"""The report: scores with their intervals, and survivors with their diffs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.syntax import Syntax
from rich.table import Table

from tests.mutants.files import Mutated
from tests.mutants.mutant import Key
from tests.mutants.results import Fate, Result, Score, by_file, score

TARGET = 0.98


def show(console: Console, files: Sequence[Mutated], results: Sequence[Result], stale: Sequence[str]) -> None:
    """Print the whole report."""
    sources = {file.path: file.source for file in files}
    for result in results:
        if result.is_unlisted_survivor:
            diff = result.mutant.diff(sources[result.mutant.key.file])
            console.print(Syntax(diff, "diff", background_color="default", word_wrap=True), "")
    for line in stale:
        console.print(f"stale equivalent: {line}", markup=False, highlight=False)
    console.print(_table(files, results), _clauses(results))


def is_good(results: Sequence[Result], stale: Sequence[str]) -> bool:
    """No survivor is unlisted, no entry of the list is stale, and the score is on target."""
    return not stale and not any(each.is_unlisted_survivor for each in results) and score(results).value >= TARGET


def stale_entries(results: Sequence[Result], unmatched: Sequence[Key]) -> list[str]:
    """Why entries of the list of equivalents have to go."""
    others = [f"{_tell(each.mutant.key)} is {each.fate.value}{_by(each)}" for each in results if each.is_stale]
    return others + [f"{_tell(key)} is no mutant of the file" for key in unmatched]


def _tell(key: Key) -> str:
    return f"{key.file} [{key.operator}] {key.before!r} -> {key.after!r}, number {key.occurrence},"


def _by(result: Result) -> str:
    return f" ({result.by.splitlines()[0]})" if result.by else ""


def _told(found: Score) -> str:
    low, high = found.interval
    return f"{found.value:.1%} [{low:.1%}, {high:.1%}]"


def _table(files: Sequence[Mutated], results: Sequence[Result]) -> Table:
    table = Table(title="mutants", title_justify="left", box=SIMPLE_HEAD)
    table.add_column("file", no_wrap=True)
    for name in (
        "mutants",
        "judged",
        "killed",
        "changed",
        "stopped",
        "equivalent",
        "inert",
        "no mutant",
        "survived",
        "score [95%]",
    ):
        table.add_column(name, justify="right", no_wrap=name.startswith("score"))
    grouped = by_file(results)
    for file in files:
        table.add_row(file.name, str(len(file.mutants)), *_row(grouped.get(file.path, [])))
    table.add_section()
    table.add_row("all", str(sum(len(file.mutants) for file in files)), *_row(results))
    return table


def _row(results: Sequence[Result]) -> list[str]:
    fates = Counter(each.fate for each in results)
    equivalent = sum(each.is_equivalent for each in results)
    caught = (fates[Fate.KILLED], fates[Fate.CHANGED], fates[Fate.STOPPED])
    return [
        *map(str, (len(results), *caught, equivalent, fates[Fate.INERT], fates[Fate.INCOMPETENT])),
        str(fates[Fate.SURVIVED] - equivalent),
        _told(score(results)),
    ]


def _clauses(results: Sequence[Result]) -> Table:
    kills = Counter(each.by.split("::")[-1] for each in results if each.fate is Fate.KILLED)
    table = Table("clause", "mutants killed first", title="clauses", title_justify="left", box=SIMPLE_HEAD)
    for clause, count in kills.most_common():
        table.add_row(clause, str(count))
    return table
