"""What is the same for every loss: batches of lists, padding, reduction and the upstream gradient."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from rankproof.reference.arguments import Booleans, Floats, check_choice

REDUCTIONS = ("none", "sum", "mean")


@dataclass(frozen=True)
class ListLoss:
    """The loss of one list, its gradient by the scores, and what it adds to the denominator of a mean."""

    value: float
    gradient: Floats
    denominator: float = 1.0


@dataclass(frozen=True)
class Units:
    """The losses of all lists of a batch: values [...], gradients [..., items], denominators [...]."""

    values: Floats
    gradients: Floats
    denominators: Floats


def evaluate_lists(scores: Floats, mask: Booleans, loss_of: Callable[[tuple[int, ...], Booleans], ListLoss]) -> Units:
    """Evaluate every list on its real items; padding has a gradient of 0.

    Args:
        scores: [..., items].
        mask: [..., items], True at a real item.
        loss_of: given a list's place in the batch and its row of the mask, the loss of the real items.

    Returns:
        The units. A NaN among the real scores makes the list's value, and its gradient at real items, NaN.
    """
    batch = scores.shape[:-1]
    values, denominators, gradients = np.zeros(batch), np.zeros(batch), np.zeros(scores.shape)
    for place in np.ndindex(batch):
        real = mask[place]
        loss = loss_of(place, real)
        diverged = bool(np.isnan(scores[place][real]).any())
        values[place] = np.nan if diverged else loss.value
        gradients[(*place, real)] = np.nan if diverged else loss.gradient
        denominators[place] = loss.denominator
    return Units(values, gradients, denominators)


def reduce_values(values: Floats, denominators: Floats, reduction: str) -> Floats | float:
    """None: the values; sum: their sum; mean: the sum over the sum of denominators, or over 1 where that is 0.

    Raises:
        ValueError: an unknown reduction.
    """
    check_choice("reduction", reduction, REDUCTIONS)
    if reduction == "none":
        return values
    return float(values.sum() / _divisor(denominators, reduction))


def pull_back(values: Floats, denominators: Floats, reduction: str, upstream: ArrayLike | None) -> Floats:
    """The gradient that reaches each unit, given the one that reaches the result (ones by default).

    Raises:
        ValueError: an unknown reduction, or an upstream gradient that is not of the result's shape.
    """
    check_choice("reduction", reduction, REDUCTIONS)
    shape = values.shape if reduction == "none" else ()
    given = np.ones(shape) if upstream is None else np.asarray(upstream, dtype=np.float64)
    if given.shape != shape:
        raise ValueError(f"upstream: got shape {given.shape}, expected {shape}, that of the result; reshape it first")
    return np.broadcast_to(given / _divisor(denominators, reduction), values.shape)


def _divisor(denominators: Floats, reduction: str) -> float:
    total = float(denominators.sum()) if reduction == "mean" else 1.0
    return 1.0 if total == 0 else total
