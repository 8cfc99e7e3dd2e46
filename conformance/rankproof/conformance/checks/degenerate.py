"""The clauses on inputs without elements and without axes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rankproof.conformance.cases.case import Case
from rankproof.conformance.cases.dtypes import FORMATS
from rankproof.conformance.cases.sized import sized
from rankproof.conformance.checks.clause import Clause, Context, Divergence, NotRun, Observation, Tally
from rankproof.conformance.checks.judge import expect, judge, judge_dtype, judge_gradient, judge_value
from rankproof.conformance.checks.worked import parameters_of
from rankproof.conformance.oracle.errors import Undecided
from rankproof.conformance.specification.errors import FormulaError
from rankproof.conformance.specification.model import LossSpec
from rankproof.conformance.specification.sections import section
from rankproof.conformance.subjects.subject import Call
from rankproof.conformance.verdict.finding import Level

WITHOUT_LISTS = ((0, 3), (0, 2, 3))
WITHOUT_ITEMS = ((2, 0), (0, 0))


def _sized(context: Context, shape: tuple[int, ...], reduction: str, family: str) -> Case:
    able = context.capabilities
    parameters = parameters_of(context, {})
    return sized(context.spec, able.inputs, shape, parameters, reduction=reduction, dtype=context.dtype, family=family)


def _has_value(context: Context, case: Case) -> bool:
    """Whether the formula says what the loss of nothing is; a mean or a maximum over no item may have none."""
    try:
        expect(context, case)
    except (FormulaError, Undecided):
        return False
    return True


def _without_elements(context: Context) -> tuple[Case, ...]:
    able = context.capabilities
    shapes = ((0,), *WITHOUT_LISTS, *WITHOUT_ITEMS) if able.batch else ((0,),)
    found = [_sized(context, shape, each, "zero_size") for shape in shapes for each in able.reductions]
    if able.mask:
        masks = [_sized(context, shape, able.default_reduction, "zero_size") for shape in shapes]
        found += [case.with_(mask=np.ones(shape, dtype=np.bool_)) for case, shape in zip(masks, shapes, strict=True)]
    cases = tuple(case for case in found if _has_value(context, case))
    if not cases:
        raise NotRun("the formula has no value without items, and the subject takes one list at a time")
    return cases


def check_zero_size(context: Context, case: Case, tally: Tally) -> None:
    """Nothing added up is 0, in the dtype of the scores and the shape of the batch; the gradient is empty as well."""
    judge_dtype(case, judge(context, case, tally), Call())


def _without_axes(context: Context) -> tuple[Case, ...]:
    one = _sized(context, (1,), context.finest_reduction, "scalar")
    if not _has_value(context, one):
        raise NotRun("the formula has no value for one position")
    return (one,)


def check_scalar(context: Context, case: Case, tally: Tally) -> None:
    """Scores without an axis are refused, by an error that names one of them, or taken as one position."""
    bare = {
        name: array if context.spec.inputs[name].holds_positions else array[0] for name, array in case.inputs.items()
    }
    scalar = case.with_(inputs={name: np.array(value) for name, value in bare.items()})
    outcome = context.subject.run(scalar)
    if outcome.raised:
        tally.count(0.0)
        if not any(name in outcome.message for name in context.spec.score_inputs):
            names = " or ".join(map(repr, context.spec.score_inputs))
            tally.admissible = f"raised {outcome.error}, whose message does not name {names}"
        return
    assert outcome.value is not None
    expected = expect(context, case)
    shaped = replace(outcome, value=_as(outcome.value, expected.value))
    gradient = {name: _as(array, expected.gradient[name]) for name, array in outcome.gradient.items()}
    try:
        judge_value(context, case, shaped, tally)
        if "gradient" not in context.capabilities.missing:
            judge_gradient(context, case, replace(shaped, gradient=gradient), tally)
    except Divergence as divergence:
        divergence.problem = f"scores without an axis are neither refused nor one position: {divergence.problem}"
        divergence.observation = Observation(scalar)
        raise


def _as(array: np.ndarray, like: np.ndarray) -> np.ndarray:
    """The number of an array in another shape; any other array as it is."""
    return array.reshape(like.shape) if array.size == like.size == 1 else array


def clauses(spec: LossSpec) -> list[Clause]:
    """Both, for every loss."""
    every = frozenset(FORMATS)  # an empty result is easily made in the default dtype
    return [
        Clause("edge.zero_size", Level.ROBUST, section("edge"), _without_elements, check_zero_size, dtypes=every),
        Clause("edge.scalar", Level.ROBUST, section("edge"), _without_axes, check_scalar),
    ]
