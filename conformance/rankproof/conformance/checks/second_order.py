"""The clause on the second derivative: right, or refused by an error, but never silently zero."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from hypothesis import strategies as st

from rankproof.conformance.cases.case import Array, Case
from rankproof.conformance.cases.draw import Plan
from rankproof.conformance.checks.clause import Clause, Context, NotRun, Observation, Tally
from rankproof.conformance.checks.judge import ask, expect, settle
from rankproof.conformance.oracle.second_order import along
from rankproof.conformance.specification.model import LossSpec
from rankproof.conformance.specification.sections import section
from rankproof.conformance.subjects.subject import Call, Transform
from rankproof.conformance.verdict.finding import Level

FAMILIES = ("moderate", "moderate", "wide", "tied")


def check_second_order(context: Context, case: Case, tally: Tally) -> None:
    """The gradient along a direction, differentiated by the scores and by the upstream gradient."""
    expect(context, case)
    told = along(context.spec, case, _direction(context.spec, case))
    ask(context, case)  # a loss that fails already here is none of this clause's business
    refusals = []
    for transform in (Transform.TWICE, Transform.BY_UPSTREAM):
        call = Call(transform=transform)
        outcome = context.subject.run(case, call)
        refusal = f"{outcome.error}: {outcome.message}" if outcome.raised else outcome.gradient_error
        if refusal is not None:
            refusals.append(refusal)
        elif transform is Transform.TWICE:
            names = context.spec.properties.second_order
            second = {name: array for name, array in outcome.gradient.items() if name in names}
            what = "second derivative" + _silent(second.values())
            settle(told.judge_gradient(second), second, Observation(case, call), tally, what)
        else:
            assert outcome.value is not None
            what = "gradient's derivative by the upstream gradient" + _silent([outcome.value])
            settle(told.judge_value(outcome.value), outcome.value, Observation(case, call), tally, what)
    if refusals:
        tally.count(0.0)
        tally.admissible = f"the gradient cannot be differentiated again, and says so: {refusals[0]}"


def _silent(arrays: Iterable[Array]) -> str:
    return "" if any(np.any(array) for array in arrays) else ", silently 0,"


def _direction(spec: LossSpec, case: Case) -> dict[str, Array]:
    """The drawn direction, 0 for inputs by which there is no second derivative."""
    drawn = case.notes["direction"]
    nothing = {name: np.zeros(np.shape(case.inputs[name])) for name in spec.score_inputs}
    return {name: np.reshape(drawn[name], zero.shape) if name in drawn else zero for name, zero in nothing.items()}


def _cases(context: Context) -> st.SearchStrategy[Case]:
    for topic in ("transforms", "gradient"):
        if topic in context.capabilities.missing:
            raise NotRun(context.capabilities.missing[topic])
    plan = Plan(families=FAMILIES, batches=context.batches, reductions=context.capabilities.reductions, upstream=True)
    return context.drawn(plan).flatmap(lambda case: _with_direction(context.spec, case))


def _with_direction(spec: LossSpec, case: Case) -> st.SearchStrategy[Case]:
    """The case with a direction of numbers that are exact in every dtype."""
    steps = st.sampled_from([1.0, -2.0, 0.5, 3.0, -0.25])
    sizes = {name: np.size(case.inputs[name]) for name in spec.properties.second_order if name in case.inputs}
    drawn = st.fixed_dictionaries({name: st.lists(steps, min_size=n, max_size=n) for name, n in sizes.items()})

    def noted(direction: dict[str, list[float]]) -> Case:
        shaped = {name: np.reshape(step, case.inputs[name].shape).tolist() for name, step in direction.items()}
        return case.with_(notes={"direction": shaped})

    return drawn.map(noted)


def clauses(spec: LossSpec) -> list[Clause]:
    """For every loss whose file declares it."""
    if not spec.properties.second_order:
        return []
    place = section("second_order")
    dtypes = frozenset({"float64"})
    return [Clause("second_order", Level.INTEGRATED, place, _cases, check_second_order, dtypes=dtypes)]
