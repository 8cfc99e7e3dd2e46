"""The outcome set of a stochastic loss: what the formula gives over all draws, and how often."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from rankproof.conformance.cases.case import Array, Case
from rankproof.conformance.oracle import answer, holds_at, quantity_at
from rankproof.conformance.oracle.budget import sum_error, value_budget
from rankproof.conformance.oracle.dtypes import format_of
from rankproof.conformance.specification.model import LossSpec, Sampling


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
        near = np.abs(values[:, None] - self.values) <= self.value_budgets + np.finfo(np.float64).tiny
        apart = np.abs(gradients[:, None, :] - self.gradients) <= self.gradient_budgets + np.finfo(np.float64).tiny
        both = near & apart.all(axis=-1)
        return np.where(both.any(axis=1), both.argmax(axis=1), -1)


@dataclass(frozen=True, eq=False)
class SumLaw:
    """The law of a sum of independent terms, of which only the value is known."""

    values: Array
    value_budgets: Array
    probabilities: Array

    def match(self, values: Array) -> Array:
        """For each drawn value the row of its outcome, or -1 where it is none."""
        near = np.abs(values[:, None] - self.values) <= self.value_budgets
        return np.where(near.any(axis=1), near.argmax(axis=1), -1)


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
    return [case.with_(inputs={**case.inputs, sampling.input: np.array(order, dtype=np.int64)}) for order in found]


def law(spec: LossSpec, sampling: Sampling, case: Case, positive: int) -> Law:
    """The formula's outcomes over all orders of a list with one positive, equal ones merged."""
    score = spec.score_inputs[0]
    ordered = ordered_cases(spec, sampling, case, positive)
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


def _term_law(spec: LossSpec, sampling: Sampling, case: Case, positive: int) -> dict[tuple[float, float], float]:
    """The probability of each value, with its error bound, of what one positive adds."""
    ordered = ordered_cases(spec, sampling, case, positive)
    bindings = {sampling.per.variable: positive}
    counts = Counter(quantity_at(spec, each, sampling.term, bindings) for each in ordered)
    return {outcome: count / len(ordered) for outcome, count in counts.items()}


def sum_law(spec: LossSpec, sampling: Sampling, case: Case, positives: list[int]) -> SumLaw:
    """The law of the value of a list whose positives draw independently of each other."""
    form = format_of(case.dtype)
    joint: dict[float, tuple[float, float]] = {}  # sum -> its error bound, its probability
    terms = [_term_law(spec, sampling, case, positive) for positive in positives]
    for outcomes in itertools.product(*(term.items() for term in terms)):
        total = math.fsum(value for (value, _), _ in outcomes)
        error = sum_error([value for (value, _), _ in outcomes], [bound for (_, bound), _ in outcomes], False)
        known = next((each for each in joint if math.isclose(each, total, rel_tol=1e-12, abs_tol=1e-12)), total)
        before = joint.get(known, (error, 0.0))
        joint[known] = (max(error, before[0]), before[1] + math.prod(probability for _, probability in outcomes))
    values = np.array(list(joint))
    budgets = value_budget(values, np.array([error for error, _ in joint.values()]), form)
    return SumLaw(values, budgets, np.array([probability for _, probability in joint.values()]))
