"""The program of ``nox -s faults``: every clause on every fault; exit 1 where the suite cannot be trusted."""

from __future__ import annotations

import json
import sys
import time
from fnmatch import fnmatchcase
from pathlib import Path

import click

from rankproof.conformance.verdict.console import Screen
from tests.faults.catalogue import CATALOGUE
from tests.faults.guards import GUARDS
from tests.faults.judging import CASES
from tests.faults.matrix import Matrix
from tests.faults.report import document, render
from tests.faults.workers import Request, judge_all


@click.command()
@click.argument("patterns", nargs=-1, metavar="[FAULT]...")
@click.option("--loss", "losses", multiple=True, help="Only the faults of this loss; can be given several times.")
@click.option("--clause", "clause_patterns", multiple=True, help="Only the clauses whose ids match this pattern.")
@click.option("--cases", default=CASES, show_default=True, help="Cases a clause that must catch; others get half.")
@click.option("--seed", default=0, show_default=True, help="Varies the cases.")
@click.option("--processes", default=2, show_default=True, help="How many faults are judged at once.")
@click.option("--json", "path", type=click.Path(path_type=Path), default=Path("build/faults.json"), show_default=True)
def main(
    patterns: tuple[str, ...],
    losses: tuple[str, ...],
    clause_patterns: tuple[str, ...],
    cases: int,
    seed: int,
    processes: int,
    path: Path,
) -> None:
    """Print the kill matrix, clause by fault. FAULT is a pattern of ids, such as 'warp.*' or '*.upstream_ignored'.

    It fails where a fault survives, where a clause that must catch a fault does not, where a clause catches nothing
    and is no guard, and where nothing but a crash of the harness tells a fault from a right loss.
    """
    chosen = [
        fault
        for fault in CATALOGUE
        if (not losses or fault.loss in losses)
        and (not patterns or any(fnmatchcase(fault.id, pattern) for pattern in patterns))
    ]
    if not chosen:
        raise click.UsageError("no fault of that name; tests/faults/README.md says where they are")
    request = Request(clause_patterns, seed, cases, cases // 2)
    started = time.perf_counter()
    with click.progressbar(length=len(chosen), label="faults", file=sys.stderr) as bar:
        right, rows = judge_all(chosen, request, processes, lambda row: bar.update(1))
    asked = {fault.loss: request.of(fault.loss) for fault in chosen}
    matrix = Matrix(chosen, rows, right, asked, GUARDS, len(chosen) == len(CATALOGUE), not clause_patterns)
    seconds = time.perf_counter() - started
    click.echo(render(matrix, seconds, Screen.of(sys.stdout)), nl=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    told = document(matrix, seconds, {"cases": cases, "seed": seed})
    path.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    sys.exit(1 if matrix.problems() else 0)


if __name__ == "__main__":
    main()
