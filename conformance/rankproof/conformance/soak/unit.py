"""Judging one unit: all subjects of a loss under one seed, clause by clause, so that they share cases and answers."""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from rankproof.conformance.checks.clause import Clause, Context, NotRun
from rankproof.conformance.checks.run import Settings, run_clause, selected
from rankproof.conformance.soak.plan import Plan, Unit
from rankproof.conformance.specification import load_builtin
from rankproof.conformance.specification.model import LossSpec
from rankproof.conformance.subjects.build import build_subject
from rankproof.conformance.subjects.named import NamedTarget
from rankproof.conformance.subjects.subject import Subject
from rankproof.conformance.verdict.finding import Finding, Verdict
from rankproof.conformance.verdict.waivers import waived

FIRST_SEED = 1


@dataclass
class Count:
    """What was judged of one clause: cases, the numbers in them, and the largest share of a budget."""

    cases: int = 0
    numbers: int = 0
    not_judged: int = 0
    worst_share: float = 0.0
    worst_at: str = ""  # loss, subject, dtype and seed of that share

    def add(self, other: Count) -> None:
        """Count what another unit judged."""
        self.cases += other.cases
        self.numbers += other.numbers
        self.not_judged += other.not_judged
        if other.worst_share > self.worst_share:
            self.worst_share, self.worst_at = other.worst_share, other.worst_at


@dataclass(frozen=True)
class Alarm:
    """A right implementation that was blamed, or an error of the harness, with the command that repeats it."""

    seed: int
    command: str
    finding: dict[str, Any] | None = None  # as JSON values
    error: str = ""  # the traceback, where the harness failed


@dataclass
class Result:
    """What one unit came to."""

    unit: Unit
    seconds: float = 0.0
    counts: dict[str, Count] = field(default_factory=dict)
    alarms: list[Alarm] = field(default_factory=list)

    @property
    def cases(self) -> int:
        """How many cases were judged."""
        return sum(count.cases for count in self.counts.values())

    @property
    def worst_share(self) -> float:
        """The largest share of an error budget."""
        return max((count.worst_share for count in self.counts.values()), default=0.0)


def judge_unit(unit: Unit, plan: Plan) -> Result:
    """Every clause on every subject in every dtype; clauses of fixed cases under the first seed alone."""
    started = time.monotonic()
    spec, subjects = _subjects(unit.loss, plan.subjects, plan.device)
    result = Result(unit)
    for dtype in plan.dtypes:
        judged = [
            (named, Context(spec, subject, subject.capabilities(), dtype))
            for named, subject in subjects
            if named.applies(unit.loss, dtype)
        ]
        for clause in filter(lambda each: plan.asks(each.id), selected(spec, dtype, None)):
            for named, context in judged:
                if unit.seed == FIRST_SEED or _varies(context, clause):
                    _judge(result, unit, plan, named, context, clause)
    result.seconds = time.monotonic() - started
    return result


@lru_cache(maxsize=16)
def _subjects(
    loss: str, targets: tuple[NamedTarget, ...], device: str
) -> tuple[LossSpec, list[tuple[NamedTarget, Subject]]]:
    """The subjects of a loss, built once in each process."""
    spec = load_builtin(loss)
    chosen = [named for named in targets if named.loss in (None, loss)]
    built = [(named, build_subject(named.target_for(loss), spec, device=device, name=named.name)) for named in chosen]
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)
    return spec, built


def _varies(context: Context, clause: Clause) -> bool:
    """Whether a clause draws its cases, so that another seed asks something else."""
    try:
        return not isinstance(clause.cases(context), tuple)
    except NotRun:
        return False


def _judge(result: Result, unit: Unit, plan: Plan, named: NamedTarget, context: Context, clause: Clause) -> None:
    about = {"loss": unit.loss, "subject": named.name, "device": plan.device, "dtype": context.dtype}
    accepted = any(waiver.covers(**about, clause=clause.id) for waiver in plan.waivers)
    settings = Settings(plan.cases, unit.seed, 0.0 if accepted else Settings.shrink_seconds)
    command = _command(unit, plan, named, context, clause)
    try:
        finding = waived(run_clause(context, clause, settings), plan.waivers)
    except Exception:
        result.alarms.append(Alarm(unit.seed, command, error=traceback.format_exc()))
        return
    if finding.verdict is Verdict.DIVERGES:
        result.alarms.append(Alarm(unit.seed, command, finding.to_json()))
    if finding.verdict in (Verdict.CONFORMING, Verdict.ADMISSIBLE, Verdict.DIVERGES):
        for key in _keys(clause):
            result.counts.setdefault(key, Count()).add(_count(finding, unit))


def _keys(clause: Clause) -> Iterator[str]:
    """Worked cases are counted together, by their family."""
    family, _, rest = clause.id.partition(".")
    yield f"{family}.*" if rest and family in ("examples", "edge", "invalid") and clause.id != "edge.nan" else clause.id


def _count(finding: Finding, unit: Unit) -> Count:
    diverges = finding.verdict is Verdict.DIVERGES
    share = 0.0 if diverges else finding.worst_share or 0.0
    where = f"{finding.loss} {finding.subject} {finding.dtype}, seed {unit.seed}"
    return Count(finding.judged_cases, finding.cases, finding.not_judged, share, where)


def _command(unit: Unit, plan: Plan, named: NamedTarget, context: Context, clause: Clause) -> str:
    """What a shell repeats one clause with."""
    device = "" if plan.device == "cpu" else f" --device {plan.device}"
    return (
        f"rankproof check {named.target_for(unit.loss)} --loss {unit.loss} --dtypes {context.dtype}{device} "
        f"--clause {clause.id} --seed {unit.seed} --cases {plan.cases}"
    )
