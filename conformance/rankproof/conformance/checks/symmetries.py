"""The clauses on symmetries that the spec declares: shift, scale, permutation, and gradients that sum to zero."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from hypothesis import strategies as st

from rankproof.conformance.cases.case import Array, Case
from rankproof.conformance.cases.draw import Plan
from rankproof.conformance.cases.dtypes import FORMATS
from rankproof.conformance.checks.clause import Clause, Context, Divergence, NotRun, Observation, Tally
from rankproof.conformance.checks.judge import ask, expect, require_gradient
from rankproof.conformance.specification.model import LossSpec, Role
from rankproof.conformance.specification.sections import section
from rankproof.conformance.subjects.subject import Call
from rankproof.conformance.verdict.finding import Level

_VALUE_ONLY = Call(gradient=False)


def _compare(
    context: Context,
    base: Case,
    changed: Case,
    tally: Tally,
    *,
    factor: float = 1.0,
    order: Array | None = None,
    what: str,
) -> None:
    """The value of the changed case is ``factor`` times that of the base, in another order, within both budgets."""
    before, after = ask(context, base, _VALUE_ONLY).value, ask(context, changed, _VALUE_ONLY).value
    assert before is not None
    assert after is not None
    zero = np.zeros(())
    budgets = [expect(context, base).judge_value(before), expect(context, changed).judge_value(after)]
    if not all(judgement.judged for judgement in budgets):
        tally.not_judged += 1
        tally.not_judged_reason = next(judgement.reason for judgement in budgets if not judgement.judged)
        return
    first = budgets[0].budget
    if order is not None and before.shape == first.shape:
        before, first = before[..., order], first[..., order]
    wanted = factor * before
    budget = factor * first + budgets[1].budget + zero
    if any(judgement.share > 1 for judgement in budgets):
        budget = budget + _own_rounding(base, wanted)
    share = _largest_share(after, wanted, budget)
    tally.count(share)
    if not share <= 1:
        raise Divergence(
            f"the value changes under a {what}",
            Observation(changed, _VALUE_ONLY),
            quantity="value",
            got=after,
            expected=wanted,
            budget=budget,
            share=share,
            against=Observation(base, _VALUE_ONLY),
        )


def _own_rounding(case: Case, got: Array) -> Array:
    """How far apart two orders of adding up numbers of this size may lie.

    The budget is that of the formula, which may be 0 where a subject computes something else. Such a subject is blamed
    for what it computes, and not for its last digits as well.
    """
    terms = max(array.size for array in case.inputs.values())
    largest = np.max(np.abs(got), initial=0.0, where=np.isfinite(got))
    return np.full(got.shape, 4 * terms * FORMATS[case.dtype].roundoff * largest)


def _largest_share(got: Array, wanted: Array, budget: Array) -> float:
    if got.shape != wanted.shape:
        return float("inf")
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = np.where(np.isfinite(got), np.abs(got - wanted) / budget, np.inf)
    same = (got == wanted) | (np.isnan(got) & np.isnan(wanted))  # a NaN on both sides is for other clauses
    return float(np.max(shares[~same], initial=0.0))


def check_shift(context: Context, case: Case, tally: Tally) -> None:
    """Adding one constant to every score of a list changes nothing."""
    constant = case.notes["constant"]
    moved = {name: case.inputs[name] + constant for name in context.spec.properties.shift}
    changed = case.with_(inputs={**case.inputs, **moved})
    _compare(context, case, changed, tally, what=f"shift of {', '.join(moved)} by {constant}")


def check_scale(context: Context, case: Case, tally: Tally) -> None:
    """Scaling scores and parameters together scales the value by a power of the factor."""
    scale = context.spec.properties.scale
    assert scale is not None
    factor = case.notes["factor"]
    changed = case.with_(
        inputs={name: array * factor if name in scale.inputs else array for name, array in case.inputs.items()},
        parameters={
            name: value * factor if name in scale.parameters else value for name, value in case.parameters.items()
        },
    )
    what = f"scaling of {', '.join((*scale.inputs, *scale.parameters))} by {factor}"
    _compare(context, case, changed, tally, factor=factor**scale.degree, what=what)


def _permuted(context: Context, case: Case) -> Case:
    axis, order = context.spec.properties.permutation, np.array(case.notes["order"], dtype=np.int64)
    inverse = np.argsort(order)
    inputs = {}
    for name, each in context.spec.inputs.items():
        if name not in case.inputs:
            continue
        array = case.inputs[name]
        if each.holds_positions and each.of == axis:
            inputs[name] = inverse[array] if array.size else array
        else:
            inputs[name] = array[..., order] if axis in each.axes else array
    upstream = case.upstream
    if upstream is not None and _moves(context, case):
        upstream = upstream[..., order]
    return case.with_(inputs=inputs, upstream=upstream)


def _moves(context: Context, case: Case) -> bool:
    """Whether the values of the case are those of the positions that are permuted, and move with them."""
    loop = context.spec.formula.loop
    return loop is not None and loop.axis == context.spec.properties.permutation and case.reduction == "none"


def check_permutation(context: Context, case: Case, tally: Tally) -> None:
    """The order of the items does not matter: the value stays, or each item's moves with it, as the gradient does."""
    changed = _permuted(context, case)
    order = np.array(case.notes["order"], dtype=np.int64) if _moves(context, case) else None
    _compare(context, case, changed, tally, order=order, what="permutation of the items")
    if not expect(context, case).at_kink:  # at a kink either member may come out, whichever item is first
        _compare_gradients(context, case, changed)


def _compare_gradients(context: Context, base: Case, changed: Case) -> None:
    """The gradient of the permuted case is the permuted gradient, within both budgets."""
    order = np.array(base.notes["order"], dtype=np.int64)
    before, after = (require_gradient(context, each, ask(context, each)) for each in (base, changed))
    judged = [expect(context, base).judge_gradient(before), expect(context, changed).judge_gradient(after)]
    if not all(judgement.judged for judgement in judged):
        return
    wanted = {name: gradient[..., order] for name, gradient in before.items()}
    budget = {
        name: np.broadcast_to(judged[0].budget[name], gradient.shape)[..., order] + judged[1].budget[name]
        for name, gradient in before.items()
    }
    if any(judgement.share > 1 for judgement in judged):
        budget = {name: each + _own_rounding(base, wanted[name]) for name, each in budget.items()}
    share = max((_largest_share(after[name], wanted[name], budget[name]) for name in after), default=0.0)
    if not share <= 1:
        raise Divergence(
            "the gradient does not move with a permutation of the items",
            Observation(changed),
            quantity="gradient",
            got=after,
            expected=wanted,
            budget=budget,
            share=share,
            against=Observation(base),
        )


def check_zero_sum(context: Context, case: Case, tally: Tally) -> None:
    """The gradients of a list sum to zero."""
    gradient = require_gradient(context, case, ask(context, case))
    judgement = expect(context, case).judge_gradient(gradient)
    if not judgement.judged:
        tally.not_judged += 1
        tally.not_judged_reason = judgement.reason
        return
    total = _sum(gradient[name] for name in context.spec.properties.zero_sum)
    budget = _sum(np.broadcast_to(judgement.budget[name], gradient[name].shape) for name in gradient)
    if judgement.share > 1:
        budget += _sum(_own_rounding(case, each) for each in gradient.values())
    share = abs(total) / budget if budget else float(total != 0)
    tally.count(share if np.isfinite(share) else float("inf"))
    if not share <= 1:
        raise Divergence(
            f"the gradients of a list sum to {total:.6g}",
            Observation(case),
            quantity="gradient",
            got=gradient,
            expected=judgement.expected,
            budget=judgement.budget,
            share=share,
        )


def _sum(arrays: Iterable[Array]) -> float:
    return float(sum(float(np.sum(array)) for array in arrays))


def _with(context: Context, plan: Plan, name: str, values: st.SearchStrategy[object]) -> st.SearchStrategy[Case]:
    return st.tuples(context.drawn(plan), values).map(lambda both: both[0].with_(notes={name: both[1]}))


def _shifts(context: Context) -> st.SearchStrategy[Case]:
    return _with(context, Plan(families=("certified",)), "constant", st.sampled_from([1.0, -2.0, 8.0, -32.0]))


def _scales(context: Context) -> st.SearchStrategy[Case]:
    scale = context.spec.properties.scale
    missing = [name for name in (scale.parameters if scale else ()) if name not in context.capabilities.parameters]
    if missing:
        raise NotRun(f"does not take {', '.join(missing)}, which would have to scale with the scores")
    return _with(context, Plan(families=("moderate", "certified")), "factor", st.sampled_from([2.0, 0.5, 4.0]))


def _permutations(context: Context) -> st.SearchStrategy[Case]:
    axis = context.spec.properties.permutation
    taken = context.capabilities.inputs
    for name, each in context.spec.inputs.items():
        if each.role is Role.PERMUTATION and each.of == axis and name not in taken:
            raise NotRun(f"takes no {name}: the order of the {axis} is all that it goes by")
    first = next(name for name, each in context.spec.inputs.items() if axis in each.axes)

    def with_order(case: Case) -> st.SearchStrategy[Case]:
        orders = st.permutations(range(case.inputs[first].shape[-1]))
        return orders.map(lambda order: case.with_(notes={"order": list(order)}))

    return context.drawn(Plan(smallest=2, complete=True)).flatmap(with_order)


def _plain(context: Context) -> st.SearchStrategy[Case]:
    return context.drawn(Plan(families=("moderate", "wide")))


def clauses(spec: LossSpec) -> list[Clause]:
    """The symmetries that the spec declares."""
    declared = spec.properties
    rows = [
        ("shift", bool(declared.shift), _shifts, check_shift),
        ("scale", declared.scale is not None, _scales, check_scale),
        ("permutation", declared.permutation is not None, _permutations, check_permutation),
        ("zero_sum", bool(declared.zero_sum), _plain, check_zero_sum),
    ]
    return [Clause(id_, Level.CORRECT, section(id_), drawn, check) for id_, there, drawn, check in rows if there]
