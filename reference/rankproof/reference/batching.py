"""What is the same for every loss: batches of lists, padding, reduction and the upstream gradient."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from rankproof.reference.arguments import Booleans, Floats, check_choice

REDUCTIONS = ("none", "sum", "mean")


@dataclass(frozen=True)
class ListLoss:
    """The loss of one list, its gradient by each score input, and what it adds to the denominator of a mean.

    ``value`` is a number, and the gradients have the shape of the scores; or there is a value for each position,
    and the gradients are matrices, by value and score.
    """

    value: float | Floats
    gradients: Mapping[str, Floats]
    denominator: float = 1.0


@dataclass(frozen=True)
class PositionLosses:
    """Losses of which each depends on the scores at its own position alone, with the gradient by each score input."""

    values: Floats
    gradients: Mapping[str, Floats]


@dataclass(frozen=True)
class Units:
    """What is reduced: values and denominators, and how a gradient of the values goes on to each score input."""

    values: Floats
    denominators: Floats
    pull: Callable[[Floats], dict[str, Floats]]


def units_of_positions(losses: PositionLosses) -> Units:
    """Each position is a unit."""

    def pull(reaching: Floats) -> dict[str, Floats]:
        return {name: reaching * gradient for name, gradient in losses.gradients.items()}

    return Units(losses.values, np.ones(losses.values.shape), pull)


def units_of_lists(
    scores: Mapping[str, Floats],
    mask: Booleans,
    loss_of: Callable[[tuple[int, ...], Booleans], ListLoss],
    *,
    by_position: bool = False,
) -> Units:
    """Evaluate every list on its real items; padding has a value and a gradient of 0.

    Args:
        scores: the score inputs, each [..., items].
        mask: [..., items], True at a real item.
        loss_of: given a list's place in the batch and its row of the mask, the loss of the real items.
        by_position: whether a list has a value for each position.

    Returns:
        The units. A NaN among the real scores makes the list's value, and its gradients at real items, NaN.
    """
    losses = {place: _evaluated(place, scores, mask[place], loss_of) for place in np.ndindex(mask.shape[:-1])}
    values, denominators = (np.zeros(mask.shape if by_position else mask.shape[:-1]) for _ in range(2))
    for place, loss in losses.items():
        where = (*place, mask[place]) if by_position else place
        values[where], denominators[where] = loss.value, loss.denominator

    def pull(reaching: Floats) -> dict[str, Floats]:
        found = {name: np.zeros(mask.shape) for name in scores}
        for place, loss in losses.items():
            real = mask[place]
            for name, gradient in loss.gradients.items():
                upstream = reaching[(*place, real)] if by_position else reaching[place]
                found[name][(*place, real)] = np.tensordot(upstream, gradient, axes=np.ndim(upstream))
        return found

    return Units(values, denominators, pull)


def _evaluated(
    place: tuple[int, ...],
    scores: Mapping[str, Floats],
    real: Booleans,
    loss_of: Callable[[tuple[int, ...], Booleans], ListLoss],
) -> ListLoss:
    loss = loss_of(place, real)
    if not any(np.isnan(array[place][real]).any() for array in scores.values()):
        return loss
    nothing = {name: np.full_like(gradient, np.nan) for name, gradient in loss.gradients.items()}
    return ListLoss(loss.value * np.nan, nothing, loss.denominator)


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
