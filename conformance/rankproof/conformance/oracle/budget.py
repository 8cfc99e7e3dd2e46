"""The error budget of a case: what rounding may do to the value and the gradient of a right implementation.

The verdict is at four bounds. Value: 4 [u (e + |v|) + τ], where |v| is the rounding of the output.
Gradient: 4 [u max (q + |p|) + τ] with the maximum over one list and one input, times the upstream
gradient. It is normwise, because a component that cancels to nearly nothing keeps the errors of
what it was summed from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rankproof.conformance.cases.case import Array
from rankproof.conformance.oracle.dtypes import Format
from rankproof.conformance.oracle.numbers import Number, sizes
from rankproof.conformance.oracle.sums import rounding_steps

BOUNDS = 4
WIDEST = 0.25  # of the largest component; a wider budget says nothing
_REDUCTION_ROUNDINGS = 2  # of the upstream gradient's product and the mean's division


def value_budget(values: Array, errors: Array, form: Format) -> Array:
    """The budget of each value, whose error bounds are in units of the roundoff."""
    with np.errstate(invalid="ignore", over="ignore"):
        return np.asarray(BOUNDS * (form.roundoff * (errors + np.abs(values)) + form.tiny))


def sum_error(values: Sequence[float], errors: Sequence[float], certified: bool) -> float:
    """The error bound of a sum of units; exact units have an exact sum in a certified case."""
    carried = float(np.sum(np.asarray(errors, dtype=float)))
    if certified and carried == 0:
        return 0.0
    terms = sum(1 for v, e in zip(values, errors, strict=True) if v or e)
    return carried + rounding_steps(terms) * float(np.sum(np.abs(np.asarray(values, dtype=float))))


@dataclass(frozen=True, eq=False)
class GradientBudget:
    """Budgets of one list's components: pooled over an input, and each on its own."""

    pooled: Array
    own: Array


def gradient_budget(
    units: Sequence[tuple[float, Number]],
    parts: Mapping[str, slice],
    components: int,
    form: Format,
    *,
    coupled: bool = False,
) -> GradientBudget:
    """The budget of the sum of factors times units; ``parts`` are each input's components.

    Where the list is one unit, or its units are coupled, all components of an input share the largest bound of
    the sum. Where it is many, each unit pools over what it reads.
    """
    pooled, own = np.zeros(components), np.zeros(components)
    for factor, number in units:
        bound = np.zeros(components)
        for component, size in sizes(number).items():
            bound[component] = number.q[component] + (1 + _REDUCTION_ROUNDINGS) * size
        own += abs(factor) * bound
        read = np.fromiter(number.q, dtype=np.int64, count=len(number.q))
        for part in parts.values():
            inside = read[(read >= part.start) & (read < part.stop)]
            pooled[inside] += abs(factor) * float(np.max(bound[part], initial=0.0))
    if coupled or len(units) == 1:
        for part in parts.values():
            pooled[part] = np.max(own[part], initial=0.0)
    floor = form.tiny * max([1.0, *(abs(factor) for factor, _ in units)])
    return GradientBudget(BOUNDS * (form.roundoff * pooled + floor), BOUNDS * (form.roundoff * own + floor))
