"""Judging by the conformance suite: every clause in turn, up to the first that diverges."""

from __future__ import annotations

import functools
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from rankproof.conformance.checks.clause import Clause, Context
from rankproof.conformance.checks.run import Settings, run_clause, selected
from rankproof.conformance.specification import load_builtin
from rankproof.conformance.specification.model import LossSpec
from rankproof.conformance.subjects.build import build_subject
from rankproof.conformance.verdict.finding import Fault, Finding, Verdict
from tests.mutants.files import Mutated

SETTINGS = Settings(shrink_seconds=0.0)  # what a user's run judges, without making the counterexample small
# What float32 shows beyond float64 and float16 is overflow, and bfloat16 nothing.
DTYPES = {"float64": "*", "float16": "*", "float32": "edge.*"}
NUMPY_DTYPES = {"float64": "*"}
# Compiling and measuring take seconds a clause, and see what the other clauses see already.
LEFT_OUT = ("transforms.*", "cost", "cost.*")


@functools.cache
def _spec(loss: str) -> LossSpec:
    return load_builtin(loss)


class Unready(Exception):
    """The unmutated code diverges, so that its mutants cannot be judged."""


@dataclass(frozen=True)
class Duty:
    """One clause of one loss in one dtype."""

    loss: str
    dtype: str
    clause: Clause

    @property
    def id(self) -> str:
        return f"{self.loss}::{self.dtype}::{self.clause.id}"


def duties(file: Mutated) -> list[Duty]:
    """Everything that a mutant of a file is judged by."""
    dtypes = NUMPY_DTYPES if file.family == "rankproof.reference" else DTYPES
    return [
        Duty(loss, dtype, clause)
        for dtype, asked in dtypes.items()
        for loss in file.losses
        for clause in selected(_spec(loss), dtype, [asked])
        if not any(fnmatchcase(clause.id, pattern) for pattern in LEFT_OUT)
    ]


def judge(file: Mutated, ordered: Iterable[Duty]) -> Iterable[tuple[Duty, Finding]]:
    """The findings on the code as this process would import it now, one after the other."""
    contexts: dict[str, Context] = {}
    for duty in ordered:
        if duty.loss not in contexts:
            spec = _spec(duty.loss)
            subject = build_subject(file.target(duty.loss), spec)
            contexts[duty.loss] = Context(spec, subject, subject.capabilities(), duty.dtype)
        known = contexts[duty.loss]
        context = Context(known.spec, known.subject, known.capabilities, duty.dtype)
        yield duty, run_clause(context, duty.clause, SETTINGS)


@dataclass(frozen=True)
class Usual:
    """What the unmutated code is told on a duty, and in how many seconds."""

    verdict: Verdict
    seconds: float


def telling(file: Mutated, ordered: Iterable[Duty], usual: Mapping[str, Usual]) -> tuple[Duty, Finding] | None:
    """The first duty on which the code diverges by its own fault; else the first with another verdict than usual."""
    changed = None
    for duty, finding in judge(file, ordered):
        if finding.verdict is Verdict.DIVERGES and finding.fault is Fault.SUBJECT:
            return duty, finding
        if changed is None and finding.verdict is not usual[duty.id].verdict:
            changed = duty, finding
    return changed


_known: dict[tuple[str, str], Usual] = {}  # by the family whose losses were judged


def warm_up(file: Mutated) -> dict[str, Usual]:
    """Judge the unmutated file, whose cases and answers its mutants then share; a loss once for all its files.

    Raises:
        Unready: it diverges.
    """
    asked = duties(file)
    started = time.monotonic()
    for duty, finding in judge(file, [duty for duty in asked if (file.family, duty.id) not in _known]):
        if finding.verdict is Verdict.DIVERGES:
            raise Unready(f"{file.path} diverges unmutated, on {duty.id}: {finding.reason}; mend it first")
        _known[file.family, duty.id] = Usual(finding.verdict, time.monotonic() - started)
        started = time.monotonic()
    return {duty.id: _known[file.family, duty.id] for duty in asked}
