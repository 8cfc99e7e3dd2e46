"""Triplet margin loss, triplet by triplet and feature by feature."""

from __future__ import annotations

import torch
from torch import Tensor

from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.loop.lists import rows, stack_lists, zero_of
from rankproof.implementations.magnitude import magnitude
from rankproof.implementations.reduction import accumulation_dtype


@as_declared
def triplet_margin(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    *,
    margin: float,
    distance: str,
    p: float,
    eps: float,
    swap: bool,
) -> Units:
    """As :func:`rankproof.implementations.triplet_margin`, by loops over triplets and features."""

    def between(x: Tensor, y: Tensor) -> Tensor:
        if distance == "cosine":
            return _cosine_distance(x, y)
        return _norm(_difference(x, y, eps), p) if distance == "p_norm" else _sum_of_squares(_difference(x, y, 0.0))

    dtype = accumulation_dtype(anchor.dtype)
    a_rows, b_rows, c_rows = (rows(each.to(dtype)) for each in (anchor, positive, negative))
    values = []
    for a, b, c in zip(a_rows, b_rows, c_rows, strict=True):
        to_positive, to_negative = between(a, b), between(a, c)
        if swap:
            to_negative = torch.minimum(to_negative, between(b, c))
        shortfall = to_positive - to_negative + margin
        # A NaN, too, has a gradient of NaN by all three vectors: the loss of a diverged model is noticed everywhere.
        noticed = torch.where(shortfall.isnan(), shortfall.detach(), 1)
        # relu and not max: its gradient at 0 is 0, and NaN stays NaN.
        values.append(torch.relu(shortfall) * noticed)
    return stack_lists(values, anchor.to(dtype) + positive.to(dtype) + negative.to(dtype))


def _difference(x: Tensor, y: Tensor, eps: float) -> list[Tensor]:
    """Each feature of x less that of y, and eps; nothing but a graph where there are no features."""
    return [x[f] - y[f] + eps for f in range(x.shape[0])] or [zero_of(x) - zero_of(y)]


def _norm(u: list[Tensor], p: float) -> Tensor:
    """The p-norm, with a gradient of 0 at 0; the powers of its features are taken in units near the largest."""
    if p == 1:
        return _sum([each.abs() for each in u])
    (unit,) = magnitude(torch.stack(u))
    total = _sum([_power(each / unit, p) for each in u])
    # The root of 0 has an infinite derivative, which times 0 would be NaN.
    return torch.where(total == 0, total, torch.where(total == 0, 1, total) ** (1 / p) * unit)


def _power(u: Tensor, p: float) -> Tensor:
    """|u| to a power above 1, with a second derivative at 0: below p = 2, where that is infinite, it is 0."""
    return u * u if p == 2 else torch.where(u == 0, 0, torch.where(u == 0, 1, u).abs() ** p)


def _cosine_distance(x: Tensor, y: Tensor) -> Tensor:
    """1 - cos(x, y); 1, with a gradient of 0, where a vector has no direction."""
    length_x, length_y = _norm(list(x) or [zero_of(x)], 2), _norm(list(y) or [zero_of(y)], 2)
    has_directions = (length_x != 0) & (length_y != 0)
    length_x, length_y = (torch.where(has_directions, length, 1) for length in (length_x, length_y))
    cosine = _sum([(x[f] / length_x) * (y[f] / length_y) for f in range(x.shape[0])] or [length_x * length_y * 0])
    return 1 - torch.where(has_directions, cosine, 0)


def _sum_of_squares(u: list[Tensor]) -> Tensor:
    return _sum([each * each for each in u])


def _sum(terms: list[Tensor]) -> Tensor:
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total
