"""Running a clause: Hypothesis draws and shrinks, a finding comes out."""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any

import hypothesis
from hypothesis import Phase, given, reject

from rankproof.conformance.cases.case import Case
from rankproof.conformance.cases.scores import LONG
from rankproof.conformance.checks import reproducible
from rankproof.conformance.checks.clause import Clause, Context, Divergence, NotRun, Tally
from rankproof.conformance.checks.counterexample import counterexample
from rankproof.conformance.checks.registry import clauses
from rankproof.conformance.oracle import Undecided
from rankproof.conformance.oracle.cache import Cache
from rankproof.conformance.specification.model import LossSpec
from rankproof.conformance.subjects.subject import Subject
from rankproof.conformance.verdict.finding import Finding, Level, Verdict


@dataclass(frozen=True)
class Settings:
    """How hard to look: cases a clause, the seed that varies them, and the time that shrinking may take."""

    cases: int = 25
    seed: int = 0
    shrink_seconds: float = 5.0


class _Deadline:
    """Stops shrinking in time: afterwards only inputs that are known to fail still fail."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.started: float | None = None
        self.known: dict[bytes, Divergence] = {}

    def over(self) -> bool:
        return self.started is not None and time.monotonic() - self.started > self.seconds

    def record(self, case: Case, divergence: Divergence) -> None:
        if self.started is None:
            self.started = time.monotonic()
        self.known[case_key(case)] = divergence


def case_key(case: Case) -> bytes:
    """A digest of everything that a case consists of."""
    parts: list[Any] = [case.parameters, case.reduction, case.dtype, case.family, case.notes]
    parts += [(name, array.shape, array.tobytes()) for name, array in case.inputs.items()]
    parts += [None if array is None else (array.shape, array.tobytes()) for array in (case.mask, case.upstream)]
    return hashlib.sha256(repr(parts).encode()).digest()


def case_seed(settings: Settings, loss: str, clause: str, dtype: str) -> int:
    """The seed of a clause; the subject is left out, so that all subjects see the same cases."""
    text = f"{settings.seed}/{loss}/{clause}/{dtype}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


# The cases of a clause by everything that they depend on: drawing costs more than judging, and subjects share cases.
_drawn: Cache[list[Case]] = Cache(4096)


def _cases_key(context: Context, clause: Clause, settings: Settings) -> Hashable:
    able = context.capabilities
    fixed = tuple(sorted((name, repr(value)) for name, value in able.fixed.items()))
    asked = (fixed, able.parameters, able.reductions, able.default_reduction, able.mask, able.batch, able.inputs)
    return (context.spec.path, clause.id, context.dtype, settings.seed, settings.cases, asked)


def _search(context: Context, clause: Clause, strategy: Any, settings: Settings) -> tuple[Tally, Divergence | None]:
    """Judge the cases that an earlier subject has passed; where one fails, draw and shrink anew."""
    known = _drawn.get(_cases_key(context, clause, settings), list)
    if known:
        tally = Tally()
        divergence = _walk(context, clause, known, tally)
        if divergence is None or settings.shrink_seconds <= 0:
            return tally, divergence
    tally = Tally()
    passed: list[Case] = []
    divergence = _explore(context, clause, strategy, settings, tally, passed)
    if divergence is None and not known:
        known += passed
    if divergence is not None and divergence.observation.case.family == LONG:
        # A long list shrinks too slowly to be read; a short one that fails too is the better report.
        short = strategy.filter(lambda case: case.family != LONG)
        with contextlib.suppress(NotRun):
            divergence = _explore(context, clause, short, settings, Tally(), []) or divergence
    return tally, divergence


def _put(context: Context, clause: Clause, case: Case, tally: Tally) -> None:
    """Put one case to the subject; one that diverges was judged as well."""
    before = tally.judged
    try:
        clause.check(context, case, tally)
    except Divergence:
        tally.cases += 1
        raise
    tally.cases += tally.judged > before


def _explore(
    context: Context, clause: Clause, strategy: Any, settings: Settings, tally: Tally, passed: list[Case]
) -> Divergence | None:
    deadline = _Deadline(settings.shrink_seconds)
    refusals: list[NotRun] = []
    phases = [Phase.generate] if settings.shrink_seconds <= 0 else [Phase.generate, Phase.shrink]

    @hypothesis.seed(case_seed(settings, context.spec.loss, clause.id, context.dtype))
    @reproducible.settings(max(2, round(settings.cases * clause.weight)), phases)
    @given(strategy)
    def run(case: Case) -> None:
        if refusals:
            return
        if deadline.over():
            known = deadline.known.get(case_key(case))
            if known is not None:
                raise known
            return
        try:
            _put(context, clause, case, tally if deadline.started is None else Tally())
        except Undecided:
            reject()
        except NotRun as refusal:  # to Hypothesis this would be a failure, which it would go on to shrink
            refusals.append(refusal)
            return
        except Divergence as divergence:
            deadline.record(case, divergence)
            raise
        passed.append(case)

    try:
        run()
    except Divergence as divergence:
        return divergence
    except (hypothesis.errors.Flaky, hypothesis.errors.FlakyReplay):
        last = list(deadline.known.values())[-1]
        last.problem += "; the same input does not always fail: the subject is not deterministic"
        return last
    except hypothesis.errors.Unsatisfiable:
        raise NotRun("no case of this kind could be drawn") from None
    if refusals:
        raise refusals[0]
    return None


def _walk(context: Context, clause: Clause, cases: Sequence[Case], tally: Tally) -> Divergence | None:
    for case in cases:
        try:
            _put(context, clause, case, tally)
        except Undecided as undecided:
            tally.not_judged += 1
            tally.not_judged_reason = f"lies on a discontinuity in {context.dtype}: {undecided}"
        except Divergence as divergence:
            return divergence
    return None


# The clauses on which a subject that computes another convention than the default is not called conforming.
_OF_A_CONVENTION = ("value", "gradient", "sampling")


def run_clause(context: Context, clause: Clause, settings: Settings) -> Finding:
    """The verdict of one clause on one subject."""
    tally = Tally()
    try:
        drawn = clause.cases(context)
        if isinstance(drawn, tuple):
            divergence = _walk(context, clause, drawn, tally)
        else:
            tally, divergence = _search(context, clause, drawn, settings)
    except NotRun as refusal:
        return _finding(context, clause, tally, Verdict.NOT_RUN, reason=str(refusal))
    if divergence is not None:
        told = counterexample(context, divergence)
        more = {"reason": divergence.problem, "fault": divergence.fault, "counterexample": told}
        return replace(_finding(context, clause, tally, Verdict.DIVERGES, **more), worst_share=divergence.share)
    if tally.judged == 0:
        reason = tally.not_judged_reason or "no case was judged"
        return _finding(context, clause, tally, Verdict.NOT_RUN, reason=reason)
    admissible = tally.admissible or (_other_convention(context) if clause.id in _OF_A_CONVENTION else "")
    verdict = Verdict.ADMISSIBLE if admissible else Verdict.CONFORMING
    return _finding(context, clause, tally, verdict, reason=admissible)


def _other_convention(context: Context) -> str:
    """Which declared conventions, other than the defaults, the subject has built in."""
    able, defaults = context.capabilities, context.spec.defaults()
    other = {name: able.fixed[name] for name in defaults if name in able.fixed and able.fixed[name] != defaults[name]}
    return able.computes(other) if other else ""


def _finding(context: Context, clause: Clause, tally: Tally, verdict: Verdict, **more: Any) -> Finding:
    subject = context.subject
    return Finding(
        context.spec.loss,
        subject.name,
        subject.device,
        context.dtype,
        clause.id,
        clause.level,
        verdict,
        location=clause.location,
        cases=tally.judged,
        judged_cases=tally.cases,
        not_judged=tally.not_judged,
        worst_share=tally.worst_share if tally.judged else None,
        **more,
    )


def selected(spec: LossSpec, dtype: str, patterns: Sequence[str] | None, level: Level = Level.FRUGAL) -> list[Clause]:
    """The clauses of a loss in a dtype, up to a level, whose ids match one of the patterns."""
    order = list(Level)
    return [
        clause
        for clause in clauses(spec)
        if dtype in clause.dtypes
        and order.index(clause.level) <= order.index(level)
        and (patterns is None or any(fnmatchcase(clause.id, pattern) for pattern in patterns))
    ]


def run_clauses(
    spec: LossSpec,
    subject: Subject,
    *,
    dtype: str = "float64",
    clauses: Sequence[str] | None = None,
    cases: int = Settings.cases,
    seed: int = 0,
    shrink: bool = True,
    level: Level = Level.FRUGAL,
    observe: Callable[[Finding], None] | None = None,
) -> list[Finding]:
    """Every selected clause on one subject, in the order of the registry."""
    context = Context(spec, subject, subject.capabilities(), dtype)
    settings = Settings(cases, seed, Settings.shrink_seconds if shrink else 0.0)
    findings = []
    for clause in selected(spec, dtype, clauses, level):
        findings.append(run_clause(context, clause, settings))
        if observe is not None:
            observe(findings[-1])
    return findings
