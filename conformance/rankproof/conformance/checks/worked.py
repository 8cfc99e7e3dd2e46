"""The clauses on cases that the spec works out: its examples, its edge cases, and NaN among the scores."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from hypothesis import strategies as st

from rankproof.conformance.cases.case import Case
from rankproof.conformance.cases.certificate import is_certified
from rankproof.conformance.cases.draw import Plan
from rankproof.conformance.cases.dtypes import round_to
from rankproof.conformance.checks import kinks
from rankproof.conformance.checks.clause import Clause, Context, NotRun, Tally
from rankproof.conformance.checks.judge import ask, expect, judge, judge_dtype, judge_value
from rankproof.conformance.specification.model import LossSpec, Role, Worked
from rankproof.conformance.specification.worked import case_inputs, case_upstream
from rankproof.conformance.subjects.subject import Call
from rankproof.conformance.verdict.finding import Level

_IN_DTYPE = (Role.SCORE, Role.RELEVANCE)  # passed to the subject in the dtype under test


def parameters_of(context: Context, given: dict[str, Any]) -> dict[str, Any]:
    """The parameters of a worked case, as far as the subject can be given them."""
    able = context.capabilities
    fixed = {name: value for name, value in able.fixed.items() if name not in able.parameters}
    for name, value in given.items():
        if name in fixed and fixed[name] != value:
            raise NotRun(f"needs {name} = {value!r}, and the subject {able.computes({name: fixed[name]})}")
    rounded = {
        name: float(round_to(np.array(value), context.dtype)) if isinstance(value, float) else value
        for name, value in {**context.spec.defaults(), **fixed, **given}.items()
    }
    return rounded


def _reduction(context: Context, worked: Worked) -> str:
    able = context.capabilities
    wanted = worked.reduction or context.spec.reduction.default
    if wanted in able.reductions:
        return wanted
    if worked.reduction is not None:
        raise NotRun(f"needs reduction = {wanted!r}, and the subject offers {', '.join(able.reductions)}")
    return able.default_reduction


def as_case(context: Context, worked: Worked) -> Case:
    """A worked case in the dtype under test."""
    able = context.capabilities
    inputs = case_inputs(context.spec, worked)
    for name, each in context.spec.inputs.items():
        if name in able.inputs or name not in inputs:
            continue
        if each.omitted is None or np.any(inputs[name] != each.omitted):
            raise NotRun(able.missing.get(f"input {name}", f"takes no {name}"))
    if worked.mask is not None and not able.mask:
        raise NotRun(able.missing.get("mask", "takes no mask"))
    first, each = next((name, each) for name, each in context.spec.inputs.items() if name in inputs)
    if inputs[first].ndim > len(each.axes) and not able.batch:
        raise NotRun(able.missing.get("batch", "takes one list at a time"))
    rounded = {
        name: round_to(array, context.dtype) if context.spec.inputs[name].role in _IN_DTYPE else array
        for name, array in inputs.items()
    }
    mask = None if worked.mask is None else np.array(worked.mask, dtype=np.bool_)
    parameters = parameters_of(context, dict(worked.parameters))
    certified = is_certified(context.spec, rounded, parameters, context.dtype)
    reduction = _reduction(context, worked)
    upstream = case_upstream(worked)
    if upstream is not None and reduction != (worked.reduction or context.spec.reduction.default):
        raise NotRun(f"its gradient goes on from one in the shape of reduction = {context.spec.reduction.default!r}")
    return Case(rounded, parameters, reduction, context.dtype, mask, upstream, certified, family=worked.id)


def _example(worked: Worked, context: Context) -> tuple[Case, ...]:
    able = context.capabilities
    elsewhere = {
        name: able.fixed[name]
        for name, value in context.spec.defaults().items()
        if name in able.fixed and name not in worked.parameters and able.fixed[name] != value
    }
    if elsewhere:
        raise NotRun(f"worked out for the default convention, and the subject {able.computes(elsewhere)}")
    return (as_case(context, worked),)


def _edge(worked: Worked, context: Context) -> tuple[Case, ...]:
    return (as_case(context, worked),)


def check_worked(context: Context, case: Case, tally: Tally) -> None:
    """Value, its dtype, and gradient, at a kink the declared one; where the value is NaN, no gradient."""
    scores = (case.inputs[name] for name in context.spec.score_inputs)
    has_nan = any(np.isnan(array).any() for array in scores)
    call = Call(gradient=not has_nan)
    outcome = judge(context, case, tally, call)
    judge_dtype(case, outcome, call)
    answer = expect(context, case)
    if outcome.gradient and answer.at_kink and answer.judge_gradient(outcome.gradient).judged:
        kinks.tell_member(context, case, outcome.gradient, tally)


def check_nan(context: Context, case: Case, tally: Tally) -> None:
    """A NaN score that the value depends on makes its unit NaN; the other units keep their values."""
    plain = case.with_(reduction="none" if case.reduction == "none" else "sum", upstream=None)
    value = expect(context, plain).value
    # Ranks sum to a constant: where a score matters to several units, each has a weight of its own.
    gradient = expect(context, plain.with_(upstream=1.0 + np.arange(value.size).reshape(value.shape))).gradient
    name = context.spec.score_inputs[case.notes["which"] % len(context.spec.score_inputs)]
    matters = np.flatnonzero(gradient[name])
    if not matters.size:
        return
    scores = case.inputs[name].copy()
    scores.flat[matters[case.notes["which"] % matters.size]] = np.nan
    poisoned = case.with_(inputs={**case.inputs, name: scores})
    call = Call(gradient=False)
    judge_value(context, poisoned, ask(context, poisoned, call), tally, call)


def _nan_cases(context: Context) -> st.SearchStrategy[Case]:
    plan = Plan(batches=((2,), ()) if context.capabilities.batch else ((),), reductions=(context.finest_reduction,))
    drawn = st.tuples(context.drawn(plan), st.integers(0, 7))
    return drawn.map(lambda both: both[0].with_(notes={"which": both[1]}))


def _dtypes(spec: LossSpec, worked: Worked) -> frozenset[str]:
    """The dtypes in which it is asked, of those that hold its numbers: 1e300 would be infinity in float32."""
    arrays = [array for name, array in case_inputs(spec, worked).items() if spec.inputs[name].role in _IN_DTYPE]
    return frozenset(
        dtype
        for dtype in worked.dtypes
        if all(np.array_equal(np.isinf(array), np.isinf(round_to(array, dtype))) for array in arrays)
    )


def clauses(spec: LossSpec) -> list[Clause]:
    """One clause an example, one an edge case, one for drawn NaN."""
    found = [
        Clause(
            f"{family}.{each.id}",
            level,
            str(each.location),
            partial(cases, each),
            check_worked,
            dtypes=_dtypes(spec, each),
        )
        for family, level, cases, entries in (
            ("examples", Level.CORRECT, _example, spec.examples),
            ("edge", Level.ROBUST, _edge, spec.edge_cases),
        )
        for each in entries
    ]
    found.append(Clause("edge.nan", Level.ROBUST, str(spec.nan_location), _nan_cases, check_nan, weight=0.5))
    return found
