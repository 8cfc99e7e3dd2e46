"""The outcome set of a stochastic loss: what the formula gives over all draws, and how often."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from rankproof.conformance.cases.case import Array, Case
from rankproof.conformance.oracle import answer, holds_at
from rankproof.conformance.specification.model import LossSpec, Sampling


@dataclass(frozen=True, eq=False)
class Law:
    """Distinct outcomes of one list, one row each, with their budgets and probabilities."""

    values: Array  # [outcomes]
    value_budgets: Array
    gradients: Array  # [outcomes, items]
    gradient_budgets: Array
    probabilities: Array

    def mean(self) -> float:
        """The expected value."""
        return float(self.values @ self.probabilities)

    def match(self, values: Array, gradients: Array) -> Array:
        """For each drawn value and gradient the row of its outcome, or -1 where it is none."""
        near = np.abs(values[:, None] - self.values) <= self.value_budgets + np.finfo(np.float64).tiny
        apart = np.abs(gradients[:, None, :] - self.gradients) <= self.gradient_budgets + np.finfo(np.float64).tiny
        both = near & apart.all(axis=-1)
        return np.where(both.any(axis=1), both.argmax(axis=1), -1)


def _universe(spec: LossSpec, sampling: Sampling, case: Case, positive: int) -> list[int]:
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


def orders(spec: LossSpec, sampling: Sampling, case: Case, positives: list[int]) -> Iterator[tuple[int, ...]]:
    """All equally likely orders over what any of the positives draws from.

    What one positive draws and another does not is skipped by the other, which leaves its law as it is.
    With replacement an order is as long as the list, or as the cap on the trials: past the number of
    labels the rank estimate is 0, so that later draws no longer change the outcome.
    """
    universe = sorted({j for positive in positives for j in _universe(spec, sampling, case, positive)})
    if case.parameters[sampling.replacement]:
        cap = case.parameters[sampling.stops] if sampling.stops else None
        length = case.inputs[spec.score_inputs[0]].shape[-1]
        return itertools.product(universe, repeat=length if cap is None else cap)
    return itertools.permutations(universe)


def law(spec: LossSpec, sampling: Sampling, case: Case, positives: list[int]) -> Law:
    """The formula's outcomes over all orders, equal ones merged."""
    score = spec.score_inputs[0]
    rows: dict[tuple[float, ...], list[float]] = {}
    budgets: dict[tuple[float, ...], tuple[float, Array]] = {}
    total = 0
    for order in orders(spec, sampling, case, positives):
        total += 1
        told = answer(spec, case.with_(inputs={**case.inputs, sampling.input: np.array(order, dtype=np.int64)}))
        value, gradient = float(told.value), told.gradient[score]
        key = (value, *gradient.tolist())
        rows.setdefault(key, []).append(1.0)
        if key not in budgets:
            judged = told.judge_gradient(told.gradient)
            width = np.broadcast_to(np.asarray(judged.budget[score], dtype=np.float64), gradient.shape)
            budgets[key] = (float(told.judge_value(told.value).budget), width)
    keys = list(rows)
    return Law(
        np.array([key[0] for key in keys]),
        np.array([budgets[key][0] for key in keys]),
        np.array([key[1:] for key in keys]),
        np.array([budgets[key][1] for key in keys]),
        np.array([len(rows[key]) / total for key in keys]),
    )
