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

from tests.mutants import equivalents, findings, report
from tests.mutants.files import FILES, TOP, Mutated, named
from tests.mutants.judge import Unready
from tests.mutants.processes import Limits
from tests.mutants.results import Result
from tests.mutants.run import Court, Task
from tests.mutants.sample import stratified

SAMPLE = 800  # what fits 15 minutes on two cores, equivalents included
REPORT = TOP / "build/mutants.json"


@click.command()
@click.option("--all", "everything", is_flag=True, help="Judge every mutant, however long it takes.")
@click.option("--sample", default=SAMPLE, show_default=True, help="About how many, of each file its share.")
@click.option(
    "--again", type=click.Path(path_type=Path), help="Those of earlier findings: what survived is judged anew."
)
@click.option("--seconds", default=900.0, show_default=True, help="Start no mutant after this time; not with --all.")
@click.option("--file", "part", default="", help="Only the files whose path contains this.")
@click.option("--seed", default=0, show_default=True, help="Which sample.")
@click.option("--processes", default=2, show_default=True, help="Mutants that are judged at a time.")
@click.option("--json", "path", default=REPORT, type=click.Path(path_type=Path), help="Where the findings go.")
def main(
    everything: bool,
    sample: int,
    again: Path | None,
    seconds: float,
    part: str,
    seed: int,
    processes: int,
    path: Path,
) -> None:
    """Judge mutants of the vectorized variants and the references; 0: all are caught or proved equivalent."""
    files = tuple(named(part))
    if not files:
        known = ", ".join(file.path for file in FILES)
        raise click.UsageError(f"no file has {part!r} in its path; expected a part of {known}")
    os.environ["CUDA_VISIBLE_DEVICES"] = ""  # a process that has used CUDA cannot fork
    import torch

    torch.set_num_threads(1)
    console = Console(width=None if sys.stdout.isatty() else 176)
    started = time.monotonic()
    settled: list[Result] = []
    try:
        listed = equivalents.load()
        if again is None:
            tasks = _drawn(files, math.inf if everything else sample, seed)
        else:
            settled, tasks = findings.read(again, files, listed)
        court = Court([file for file in files if any(file is each for each, _ in tasks)], console.print)
    except (Unready, equivalents.ListError, findings.FindingsError) as problem:
        click.echo(str(problem), err=True)
        sys.exit(2)
    limit = math.inf if everything else seconds - (time.monotonic() - started)
    judged = court.judge(tasks, listed, processes=processes, limits=Limits(), seconds=limit)
    results = list(track(judged, "judging", total=len(tasks), console=console))
    generated = [mutant.key for file in FILES for mutant in file.mutants]
    stale = report.stale_entries([*settled, *results], equivalents.unmatched(listed, generated))
    report.show(console, files, [*settled, *results], stale)
    took = time.monotonic() - started
    about = {"seed": seed, "asked": len(settled) + len(tasks), "seconds": round(took, 1)}
    findings.write(path, [*settled, *results], stale, about)
    late = f", {len(tasks) - len(results)} not judged for want of time" if len(tasks) > len(results) else ""
    console.print(f"{len(results)} mutants judged in {took:.0f} s{late}; written to {path}")
    sys.exit(0 if report.is_good([*settled, *results], stale) else 1)


def _drawn(files: tuple[Mutated, ...], sample: float, seed: int) -> list[Task]:
    strata = [[(file, mutant) for mutant in file.mutants] for file in files]
    return stratified(strata, min(sample, sum(map(len, strata))), seed)


if __name__ == "__main__":
    main()
