"""The clause on determinism: the same call gives the same bits, whatever the global random state."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from rankproof.conformance.cases.case import Case
from rankproof.conformance.cases.draw import Plan
from rankproof.conformance.checks.clause import Clause, Context, Divergence, Observation, Tally
from rankproof.conformance.checks.judge import ask, require_gradient
from rankproof.conformance.specification.model import LossSpec, Sampling
from rankproof.conformance.specification.sections import section
from rankproof.conformance.subjects.subject import Call
from rankproof.conformance.verdict.finding import Level


def _calls(context: Context) -> tuple[Call, Call]:
    """Two calls that must agree: under different global seeds, and if the subject draws, under one seed for that."""
    sampling = context.spec.sampling
    if sampling is None or sampling.input in context.capabilities.inputs:
        return Call(seed=0), Call(seed=1)
    return _drawing_calls(context, sampling)


def _drawing_calls(context: Context, sampling: Sampling) -> tuple[Call, Call]:
    call = Call(omit=(sampling.input,), seed=7)
    return (
        (replace(call, global_seed=0), replace(call, global_seed=1)) if context.capabilities.generator else (call, call)
    )


def check_determinism(context: Context, case: Case, tally: Tally) -> None:
    """Two calls agree to the bit, in value and gradient."""
    sampling = context.spec.sampling
    pairs = [_calls(context)]
    if sampling is not None and sampling.input in context.capabilities.inputs and context.capabilities.draws:
        pairs.append(_drawing_calls(context, sampling))
    for first, second in pairs:
        _compare(context, case, first, second)
    tally.count(0.0)


def _compare(context: Context, case: Case, first: Call, second: Call) -> None:
    before, after = (ask(context, case, call) for call in (first, second))
    gradients = require_gradient(context, case, before, first), require_gradient(context, case, after, second)
    rows = [("value", before.value, after.value)]
    rows += [(f"gradient of {name}", gradients[0][name], gradients[1][name]) for name in gradients[0]]
    for what, one, other in rows:
        if not np.array_equal(np.asarray(one), np.asarray(other), equal_nan=True):
            raise Divergence(
                f"the {what} differs between two calls with the same inputs",
                Observation(case, second),
                quantity="value" if what == "value" else "gradient",
                got=other if what == "value" else gradients[1],
                expected=one if what == "value" else gradients[0],
                against=Observation(case, first),
            )


def _cases(context: Context) -> st.SearchStrategy[Case]:
    return context.drawn(Plan(families=("moderate", "moderate", "moderate", "long"), batches=context.batches))


def clauses(spec: LossSpec) -> list[Clause]:
    """Determinism, for every loss."""
    return [Clause("determinism", Level.INTEGRATED, section("determinism"), _cases, check_determinism, weight=0.5)]
