"""What the suite says of one loss of the catalogue, clause by clause, and who is to blame."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache

from rankproof.conformance.checks.clause import Clause, Context
from rankproof.conformance.checks.registry import clauses
from rankproof.conformance.checks.run import Settings, run_clause
from rankproof.conformance.specification import load_builtin
from rankproof.conformance.specification.model import LossSpec
from rankproof.conformance.subjects.build import build_subject
from rankproof.conformance.verdict.finding import Fault as Blame
from rankproof.conformance.verdict.finding import Finding, Verdict

DTYPE = "float64"
CASES = 25  # a clause, as in the default run

KINDS = ("caught", "crashed", "not_run", "passed")


@dataclass(frozen=True)
class Row:
    """What each clause says of one loss; the texts are the problems that the clauses report.

    A clause *catches* a loss where the loss diverges. Where an exception escapes from a clause, or a finding blames
    rankproof, the clause has *crashed*, and has caught nothing.
    """

    id: str
    caught: Mapping[str, str] = field(default_factory=dict)
    crashed: Mapping[str, str] = field(default_factory=dict)
    not_run: Mapping[str, str] = field(default_factory=dict)
    passed: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    def and_of(self, other: Row) -> Row:
        """What the clauses of both rows say of the loss."""
        told = {kind: {**getattr(self, kind), **getattr(other, kind)} for kind in KINDS}
        return Row(self.id, **told, seconds=self.seconds + other.seconds)


@cache
def spec_of(loss: str) -> LossSpec:
    """The specification of a loss."""
    return load_builtin(loss)


def dtype_for(clause: Clause, wanted: str = DTYPE) -> str:
    """The dtype that a clause is asked in: the wanted one, or its own where it has only others (half precision)."""
    return wanted if wanted in clause.dtypes else min(clause.dtypes)


def judge(
    id_: str,
    loss: str,
    target: str,
    wanted: Collection[str] | None = None,
    *,
    dtype: str = DTYPE,
    cases: int = CASES,
    seed: int = 0,
) -> Row:
    """Every wanted clause (None: all) on one loss; counterexamples are not shrunk."""
    started = time.perf_counter()
    spec = spec_of(loss)
    subject = build_subject(target, spec)
    told: dict[str, dict[str, str]] = {kind: {} for kind in KINDS}
    for clause in (clause for clause in clauses(spec) if wanted is None or clause.id in wanted):
        try:
            context = Context(spec, subject, subject.capabilities(), dtype_for(clause, dtype))
            finding = run_clause(context, clause, Settings(cases, seed, shrink_seconds=0.0))
        except Exception as crash:
            told["crashed"][clause.id] = f"{type(crash).__name__}: {crash}"
        else:
            told[kind_of(finding)][clause.id] = finding.reason
    return Row(id_, **told, seconds=time.perf_counter() - started)


def kind_of(finding: Finding) -> str:
    """Under which field of a row a finding stands."""
    if finding.verdict is Verdict.NOT_RUN:
        return "not_run"
    if finding.verdict is not Verdict.DIVERGES:
        return "passed"
    return "caught" if finding.fault is Blame.SUBJECT else "crashed"
