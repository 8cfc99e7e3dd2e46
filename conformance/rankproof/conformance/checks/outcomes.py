"""The outcome set of a stochastic loss: what the formula gives over all draws, and how often."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from rankproof.conformance.cases.case import Array, Case
from rankproof.conformance.oracle import answer, holds_at, number_at
from rankproof.conformance.oracle.budget import gradient_budget, sum_error, value_budget
from rankproof.conformance.oracle.dtypes import format_of
from rankproof.conformance.oracle.numbers import Number
from rankproof.conformance.specification.model import LossSpec, Sampling

SAME = 1e-12  # outcomes that differ by less differ by the rounding of the oracle's own sums


@dataclass(frozen=True, eq=False)
class Law:
    """Distinct outcomes of one list, one row each, with their budgets and probabilities."""

    values: Array  # [outcomes]
    value_budgets: Array
    gradients: Array  # [outcomes, items]
    gradient_budgets: Array
    probabilities: Array

    def match(self, values: Array, gradients: Array) -> Array:
        """For each drawn value and gradient the row of its outcome, or -1 where it is none."""
        tiny = np.finfo(np.float64).tiny
        near = np.abs(values[:, None] - self.values) <= self.value_budgets + tiny
        apart = np.abs(gradients[:, None, :] - self.gradients) <= self.gradient_budgets + tiny
        both = near & apart.all(axis=-1)
        return np.where(both.any(axis=1), both.argmax(axis=1), -1)


def universe(spec: LossSpec, sampling: Sampling, case: Case, positive: int) -> list[int]:
    """The positions that one positive draws from."""
    items = range(case.inputs[spec.score_inputs[0]].shape[-1])
    if sampling.over_where is None:
        return list(items)
    where, loop = sampling.over_where, sampling.over.variable
    return [j for j in items if holds_at(spec, case, where, {sampling.per.variable: positive, loop: j})]


def positives_of(spec: LossSpec, sampling: Sampling, case: Case) -> list[int]:
    """The positions that draw an order each."""
    items = range(case.inputs[spec.score_inputs[0]].shape[-1])
    if sampling.per_where is None:
        return list(items)
    return [i for i in items if holds_at(spec, case, sampling.per_where, {sampling.per.variable: i})]


def ordered_cases(spec: LossSpec, sampling: Sampling, case: Case, positive: int) -> list[Case]:
    """The case with each of the equally likely orders for one positive.

    With replacement an order is as long as the list, or as the cap on the trials: past the number of
    labels the rank estimate is 0, so that later draws no longer change the outcome.
    """
    drawn_from = universe(spec, sampling, case, positive)
    found: Iterator[tuple[int, ...]] = itertools.permutations(drawn_from)
    if case.parameters[sampling.replacement]:
        cap = case.parameters[sampling.stops] if sampling.stops else None
        length = case.inputs[spec.score_inputs[0]].shape[-1]
        found = itertools.product(drawn_from, repeat=length if cap is None else min(cap, length))
    return [with_order(sampling, case, order) for order in found]


def with_order(sampling: Sampling, case: Case, order: Sequence[int]) -> Case:
    """The case with what it would have drawn."""
    return case.with_(inputs={**case.inputs, sampling.input: np.array(order, dtype=np.int64)})


def law(
    spec: LossSpec,
    sampling: Sampling,
    case: Case,
    positives: Sequence[int],
    orders: Callable[[LossSpec, Sampling, Case, int], list[Case]] = ordered_cases,
) -> Law:
    """The formula's outcomes over all draws of a list, whose positives draw independently of each other.

    ``orders`` gives the equally likely cases for one positive.
    """
    if len(positives) == 1:
        return law_of_orders(spec, orders(spec, sampling, case, positives[0]))
    return _convolved(
        spec, case, [_term_law(spec, sampling, orders(spec, sampling, case, each), each) for each in positives]
    )


def law_of_orders(spec: LossSpec, ordered: Sequence[Case]) -> Law:
    """The outcomes of equally likely cases, equal ones merged."""
    score = spec.score_inputs[0]
    counts: Counter[tuple[float, ...]] = Counter()
    budgets: dict[tuple[float, ...], tuple[float, Array]] = {}
    for each in ordered:
        told = answer(spec, each)
        value, gradient = float(told.value), told.gradient[score]
        key = (value, *gradient.tolist())
        counts[key] += 1
        if key not in budgets:
            judged = told.judge_gradient(told.gradient)
            width = np.broadcast_to(np.asarray(judged.budget[score], dtype=np.float64), gradient.shape)
            budgets[key] = (float(told.judge_value(told.value).budget), width)
    keys = list(counts)
    return Law(
        np.array([key[0] for key in keys]),
        np.array([budgets[key][0] for key in keys]),
        np.array([key[1:] for key in keys]),
        np.array([budgets[key][1] for key in keys]),
        np.array([counts[key] / len(ordered) for key in keys]),
    )


Weighted = tuple[Number, float]  # an outcome and its probability


def _term_law(spec: LossSpec, sampling: Sampling, ordered: Sequence[Case], positive: int) -> list[Weighted]:
    """What one positive adds: values with their partial derivatives, error bounds and probabilities."""
    bindings = {sampling.per.variable: positive}
    numbers = (number_at(spec, each, sampling.term, bindings) for each in ordered)
    return _merged((number, 1 / len(ordered)) for number in numbers)


def _convolved(spec: LossSpec, case: Case, terms: Sequence[list[Weighted]]) -> Law:
    """The law of a sum of independent terms."""
    joint = _merged(
        (_added([number for number, _ in chosen]), math.prod(probability for _, probability in chosen))
        for chosen in itertools.product(*terms)
    )
    score, form = spec.score_inputs[0], format_of(case.dtype)
    size = case.inputs[score].shape[-1]
    parts = {score: slice(0, size)}
    values = np.array([number.v for number, _ in joint])
    return Law(
        values,
        value_budget(values, np.array([number.e for number, _ in joint]), form),
        np.array([[number.p.get(c, 0.0) for c in range(size)] for number, _ in joint]),
        np.array([gradient_budget([(1.0, number)], parts, size, form).pooled for number, _ in joint]),
        np.array([probability for _, probability in joint]),
    )


def _added(numbers: Sequence[Number]) -> Number:
    """The sum of the terms, with the error bounds of a sum in any order."""
    error = sum_error([number.v for number in numbers], [number.e for number in numbers], False)
    read = dict.fromkeys(c for number in numbers for c in number.p)
    partials = {c: [number.p.get(c, 0.0) for number in numbers] for c in read}
    bounds = {c: sum_error(partials[c], [number.q.get(c, 0.0) for number in numbers], False) for c in read}
    return Number(
        math.fsum(number.v for number in numbers), error, {c: math.fsum(each) for c, each in partials.items()}, bounds
    )


def _merged(weighted: Iterable[Weighted]) -> list[Weighted]:
    """Outcomes of equal value and gradient as one, with the wider of their bounds."""
    found: list[Weighted] = []
    for number, probability in weighted:
        place = next((k for k, (known, _) in enumerate(found) if _same(known, number)), None)
        if place is None:
            found.append((number, probability))
            continue
        known, before = found[place]
        bounds = {c: max(known.q.get(c, 0.0), number.q.get(c, 0.0)) for c in {**known.q, **number.q}}
        found[place] = (Number(known.v, max(known.e, number.e), known.p, bounds), before + probability)
    return found


def _same(one: Number, other: Number) -> bool:
    pairs = [(one.v, other.v), *((one.p.get(c, 0.0), other.p.get(c, 0.0)) for c in {**one.p, **other.p})]
    return all(math.isclose(a, b, rel_tol=SAME, abs_tol=SAME) for a, b in pairs)
