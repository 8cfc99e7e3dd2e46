"""``python -m tests.mutants``: mutants of the losses, judged by the conformance suite."""

from __future__ import annotations

import math
import os
import sys
import time
from pathlib import Path

import click
from rich.console import Console
from rich.progress import track

from tests.mutants import equivalents, report
from tests.mutants.files import FILES, TOP, Mutated, named
from tests.mutants.judge import Unready
from tests.mutants.processes import Limits
from tests.mutants.results import Result
from tests.mutants.run import Court
from tests.mutants.sample import stratified

SAMPLE = 800  # what fits 15 minutes on two cores, equivalents included
REPORT = TOP / "build/mutants.json"


@click.command()
@click.option("--all", "everything", is_flag=True, help="Judge every mutant, however long it takes.")
@click.option("--sample", default=SAMPLE, show_default=True, help="About how many, of each file its share.")
@click.option("--seconds", default=900.0, show_default=True, help="Start no mutant after this time; not with --all.")
@click.option("--file", "part", default="", help="Only the files whose path contains this.")
@click.option("--seed", default=0, show_default=True, help="Which sample.")
@click.option("--processes", default=2, show_default=True, help="Mutants that are judged at a time.")
@click.option("--json", "path", default=REPORT, type=click.Path(path_type=Path), help="Where the findings go.")
def main(everything: bool, sample: int, seconds: float, part: str, seed: int, processes: int, path: Path) -> None:
    """Judge mutants of the vectorized variants and the references; 0: all are caught or proved equivalent."""
    files = tuple(named(part))
    if not files:
        known = ", ".join(file.path for file in FILES)
        raise click.UsageError(f"no file has {part!r} in its path; expected a part of {known}")
    os.environ["CUDA_VISIBLE_DEVICES"] = ""  # a process that has used CUDA cannot fork
    import torch

    torch.set_num_threads(1)
    console = Console(width=None if sys.stdout.isatty() else 160)
    started = time.monotonic()
    try:
        listed = equivalents.load()
        court = Court(files, console.print)
    except (Unready, equivalents.ListError) as problem:
        click.echo(str(problem), err=True)
        sys.exit(2)
    strata = [[(file, mutant) for mutant in file.mutants] for file in files]
    tasks = stratified(strata, sum(map(len, strata)) if everything else sample, seed)
    limit = math.inf if everything else seconds - (time.monotonic() - started)
    judged = court.judge(tasks, listed, processes=processes, limits=Limits(), seconds=limit)
    results = list(track(judged, "judging", total=len(tasks), console=console))
    _tell(console, files, results, listed, path, {"seed": seed, "asked": len(tasks)}, started)


def _tell(
    console: Console,
    files: tuple[Mutated, ...],
    results: list[Result],
    listed: dict[equivalents.Key, str],
    path: Path,
    about: dict[str, object],
    started: float,
) -> None:
    generated = [mutant.key for file in FILES for mutant in file.mutants]
    unmatched = equivalents.unmatched(listed, generated)
    stale = report.stale_entries(results, unmatched)
    report.show(console, files, results, stale)
    took = time.monotonic() - started
    report.write(path, results, stale, {**about, "seconds": round(took, 1)})
    left = about["asked"] - len(results)
    late = f", {left} not judged for want of time" if left else ""
    console.print(f"{len(results)} mutants judged in {took:.0f} s{late}; written to {path}")
    sys.exit(0 if report.is_good(results, stale) else 1)


if __name__ == "__main__":
    main()
