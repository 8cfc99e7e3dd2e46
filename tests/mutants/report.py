"""The report: scores with their intervals, survivors with their diffs, and all of it as JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.syntax import Syntax
from rich.table import Table

from tests.mutants.files import Mutated
from tests.mutants.mutant import Key
from tests.mutants.results import Fate, Result, Score, score

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


def write(path: Path, results: Sequence[Result], stale: Sequence[str], about: dict[str, object]) -> None:
    """Write everything as JSON."""
    scores = {file: _as_json(score(each)) for file, each in _by_file(results).items()}
    document = {**about, "score": _as_json(score(results)), "files": scores, "stale": list(stale)}
    document["mutants"] = [
        {**asdict(each.mutant.key), "line": each.mutant.line, "fate": each.fate.value}
        | {"by": each.by, "seconds": round(each.seconds, 3), "proof": each.proof}
        for each in sorted(results, key=lambda each: (each.mutant.key.file, each.mutant.line))
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def stale_entries(results: Sequence[Result], unmatched: Sequence[Key]) -> list[str]:
    """Why entries of the list of equivalents have to go."""
    killed = [
        f"{_tell(each.mutant.key)} is {each.fate.value} ({each.by.splitlines()[0]})"
        for each in results
        if each.is_stale
    ]
    return killed + [f"{_tell(key)} is no mutant of the file" for key in unmatched]


def _tell(key: Key) -> str:
    return f"{key.file} [{key.operator}] {key.before!r} -> {key.after!r}, number {key.occurrence},"


def _by_file(results: Sequence[Result]) -> dict[str, list[Result]]:
    found: dict[str, list[Result]] = {}
    for each in results:
        found.setdefault(each.mutant.key.file, []).append(each)
    return found


def _as_json(found: Score) -> dict[str, object]:
    return {"caught": found.caught, "counted": found.counted, "score": found.value, "interval": found.interval}


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
        "no mutant",
        "survived",
        "score [95%]",
    ):
        table.add_column(name, justify="right", no_wrap=name.startswith("score"))
    grouped = _by_file(results)
    for file in files:
        table.add_row(file.name, str(len(file.mutants)), *_row(grouped.get(file.path, [])))
    table.add_section()
    table.add_row("all", str(sum(len(file.mutants) for file in files)), *_row(results))
    return table


def _row(results: Sequence[Result]) -> list[str]:
    fates = Counter(each.fate for each in results)
    equivalent = sum(each.fate is Fate.SURVIVED and bool(each.proof) for each in results)
    caught = (fates[Fate.KILLED], fates[Fate.CHANGED], fates[Fate.STOPPED])
    return [
        *map(str, (len(results), *caught, equivalent, fates[Fate.INCOMPETENT])),
        str(fates[Fate.SURVIVED] - equivalent),
        _told(score(results)),
    ]


def _clauses(results: Sequence[Result]) -> Table:
    kills = Counter(each.by.split("::")[-1] for each in results if each.fate is Fate.KILLED)
    table = Table("clause", "mutants killed first", title="clauses", title_justify="left", box=SIMPLE_HEAD)
    for clause, count in kills.most_common():
        table.add_row(clause, str(count))
    return table
