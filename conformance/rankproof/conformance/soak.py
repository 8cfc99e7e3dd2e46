"""Soaking: right implementations under many seeds, to find what the suite blames wrongly."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

import click

from rankproof.conformance.cases.dtypes import FORMATS
from rankproof.conformance.checks import run_clauses
from rankproof.conformance.specification import builtin_ids, load_builtin
from rankproof.conformance.subjects.build import build_subject
from rankproof.conformance.verdict.exit_codes import ExitCode
from rankproof.conformance.verdict.finding import Finding, Verdict


def judge_seed(loss: str, seed: int, cases: int, target: str) -> list[Finding]:
    """All clauses of one loss under one seed, in every dtype."""
    spec = load_builtin(loss)
    subject = build_subject(target.replace("{loss}", loss), spec)
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)
    found = []
    for dtype in FORMATS:
        found += run_clauses(spec, subject, dtype=dtype, cases=cases, seed=seed)
    return found


def _tell(seed: int, loss: str, findings: Iterable[Finding]) -> list[Finding]:
    from rankproof.conformance.verdict.console import Screen, to_text
    from rankproof.conformance.verdict.terminal import divergence

    findings = list(findings)
    alarms = [finding for finding in findings if finding.verdict is Verdict.DIVERGES]
    worst = max(
        (finding.worst_share or 0.0 for finding in findings if finding.verdict is not Verdict.DIVERGES), default=0.0
    )
    cases = sum(finding.cases for finding in findings)
    click.echo(f"seed {seed} {loss}: {cases} judgements, {len(alarms)} alarms, worst share {worst:.3f}")
    for alarm in alarms:
        click.echo(to_text(list(divergence(alarm)), Screen()))
    return findings


def soak(seeds: Iterable[int], *, cases: int, losses: Sequence[str], target: str, processes: int) -> ExitCode:
    """Every seed of every loss, in parallel; prints each alarm in full and the totals."""
    ids = tuple(losses) or builtin_ids()
    total, alarms = 0, 0
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        jobs = {pool.submit(judge_seed, loss, seed, cases, target): (seed, loss) for seed in seeds for loss in ids}
        for job in as_completed(jobs):
            findings = _tell(*jobs[job], job.result())
            total += sum(finding.cases for finding in findings)
            alarms += sum(finding.verdict is Verdict.DIVERGES for finding in findings)
    click.echo(f"{alarms} alarms in {total} judgements")
    return ExitCode.DIVERGES if alarms else ExitCode.CONFORMS if total else ExitCode.UNUSABLE
