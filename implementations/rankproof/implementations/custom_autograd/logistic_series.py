"""The pairwise logistic loss of graded lists by Chebyshev interpolation, one grade at a time."""

from __future__ import annotations

import math
from dataclasses import replace

import torch
from torch import Tensor

from rankproof.implementations.custom_autograd.grade_groups import GradeGroups
from rankproof.implementations.custom_autograd.sigmoid_series import Series, chebyshev, kernel_coefficients


def series_sums(series: Series, groups: GradeGroups, weights: Tensor, tied: bool) -> tuple[Tensor, Tensor]:
    r"""As :func:`tiled_sums`: O(items p + groups p^2) time and O(items + groups p) memory for p polynomials.

    What a pair costs is half of what both of its orders cost, and half of its difference, which adds up by itself:

    .. math:: \log(1 + e^{-x}) = h(x) - x / 2, \qquad h(x) = \log(2 \cosh(x / 2))

    h does not tell which item is to lead. Its sum over the pairs of unequal grade is that over all pairs, less those
    within each grade; likewise that of h', which is the gradient.

    Args:
        series: the interpolation of the scores [lists, items].
        groups: the items by their grades.
        weights: 1, or 0 at the padding, [lists, items].
        tied: whether items of equal grade are pairs too.
    """
    own = weights.double().gather(-1, groups.order)
    ordered = replace(series, places=series.places.gather(-1, groups.order))
    sizes = groups.sums(own)
    whole = groups.of_lists(sizes)
    # Of each item half the number of items above its grade less those below: its share of the differences.
    below = sizes.cumsum(0) - sizes
    below -= below.index_select(0, (groups.row.diff(prepend=groups.row[:1] - 1) > 0).nonzero().squeeze(-1))[groups.row]
    bias = groups.of_items((whole[groups.row] - sizes) / 2 - below) * own
    moments = torch.stack([groups.sums(term) for term in chebyshev(ordered.places, own, series.polynomials)])
    total = groups.of_lists(moments)
    costs = kernel_coefficients(series, _cost_of_both_orders)
    if tied:
        twice = _energy(costs, total) - math.log(2) * whole
        others = total[:, groups.row]
    else:
        twice = _energy(costs, total) - groups.of_lists(_energy(costs, moments))
        others = total[:, groups.row] - moments
    values = twice / 2 + series.reach * (bias * ordered.places).sum(dim=-1)
    pulls = kernel_coefficients(series, _tilt) @ others
    gradient = bias
    for degree, term in enumerate(chebyshev(ordered.places, torch.ones_like(own), series.polynomials)):
        gradient.addcmul_(groups.of_items(pulls[degree]), term, value=-1)
    # An item alone in its list costs 0, not a rounding; and no sum of costs is below 0.
    has_others = whole > 1
    values = values.clamp_(min=0) * has_others
    return values, groups.restored(gradient) * (has_others.unsqueeze(-1) / series.temperature)


def _energy(coefficients: Tensor, moments: Tensor) -> Tensor:
    """The sum of a kernel over all pairs of items, each in both orders and with itself, of moments [polynomials, n]."""
    return ((coefficients @ moments) * moments).sum(dim=0)


def _cost_of_both_orders(lead: Tensor) -> Tensor:
    """The mean of what a lead costs and what the opposite lead does."""
    distance = lead.abs()
    return distance / 2 + torch.exp(-distance).log1p()


def _tilt(lead: Tensor) -> Tensor:
    """The derivative of that: the sigmoid less one half."""
    return torch.tanh(lead / 2) / 2
