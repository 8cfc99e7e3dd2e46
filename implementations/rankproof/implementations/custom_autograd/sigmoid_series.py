"""Sums of sigmoids over all pairs of items by Chebyshev interpolation of the sigmoid."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

ERROR = 2.0**-28  # of one sigmoid: an eighth of the rounding of float32
LEAST_REACH = 1.0  # of any series; less would save next to nothing
CHEAPER_THAN = 5  # items for each polynomial from which on the series takes less time than all pairs


@dataclass(frozen=True)
class Series:
    """The sigmoid of a difference of scores as a sum of products of Chebyshev polynomials of each score.

    Attributes:
        places: the scores of each list, moved and scaled into [-1, 1], [lists, items], float64.
        polynomials: how many there are.
        reach: half the range of the scores in units of the temperature, of the list where it is largest.
        temperature: the difference over which the sigmoid turns.
    """

    places: Tensor
    polynomials: int
    reach: float
    temperature: float


def series_of(scores: Tensor, temperature: float) -> Series | None:
    """The series that is exact to ``ERROR``, or None where tiles are cheaper or the reach may not be read.

    sigmoid(x) is analytic up to pi off the real axis, so that its interpolant at p Chebyshev nodes on scores
    of reach r converges like exp(-p asinh(pi / r)); the sigmoid's derivative, which bounds p, needs some more.

    Args:
        scores: [lists, items].
        temperature: the difference over which the sigmoid turns.
    """
    if torch.compiler.is_compiling() or not scores.is_cpu or scores.dtype == torch.float64:
        return None
    if scores.numel() == 0 or scores.shape[-1] < CHEAPER_THAN * _polynomials(LEAST_REACH):
        return None
    low, high = scores.double().aminmax(dim=-1, keepdim=True)
    reach = max((high - low).max().item() / (2 * temperature), LEAST_REACH)
    if not reach < scores.shape[-1] or scores.shape[-1] < CHEAPER_THAN * _polynomials(reach):
        return None
    places = (scores - (high + low) / 2) / (reach * temperature)
    return Series(places, _polynomials(reach), reach, temperature)


def _polynomials(reach: float) -> int:
    return 2 + math.ceil(1.15 * -math.log(ERROR) / math.asinh(math.pi / reach))


def series_counts(series: Series, weights: Tensor) -> Tensor:
    """As :func:`tiled_counts`: O(items polynomials) time, O(items) memory."""
    (counts,) = _evaluate(series, _coefficients(series, weights, torch.sigmoid))
    # An item that no other stands against has a count of 0, not of a rounding.
    has_others = weights.sum(dim=-1, keepdim=True) > weights
    return (counts - weights / 2) * has_others


def series_slopes(series: Series, weights: Tensor, slopes: Tensor) -> Tensor:
    """As :func:`tiled_slopes`: O(items polynomials) time, O(items) memory."""
    received, given = _evaluate(
        series, _coefficients(series, slopes, _steepness), _coefficients(series, weights, _steepness)
    )
    # An item alone in its list has a gradient of 0, not of a rounding.
    has_others = weights.sum(dim=-1, keepdim=True) > 1
    return (received - slopes * given) * (has_others / series.temperature)


def _coefficients(series: Series, weights: Tensor, kernel: Callable[[Tensor], Tensor]) -> Tensor:
    """The sum of weight_j kernel((s_j - s_i) / temperature) over j as a series in s_i, [polynomials, lists, 1]."""
    terms = chebyshev(series.places, weights.double(), series.polynomials)
    moments = torch.stack([term.sum(dim=-1) for term in terms])
    return (kernel_coefficients(series, kernel) @ moments).unsqueeze(-1)


def kernel_coefficients(series: Series, kernel: Callable[[Tensor], Tensor]) -> Tensor:
    """The c_qr with which kernel((s_j - s_i) / temperature) is the sum of c_qr T_q(x_i) T_r(x_j), at the places x.

    Args:
        series: the interpolation; as exact for a kernel that is analytic where the sigmoid is, and grows no faster.
        kernel: a function of differences in temperatures.

    Returns:
        [polynomials, polynomials], float64, for polynomials with the signs of :func:`chebyshev`.
    """
    terms = series.polynomials
    nodes = ((torch.arange(terms, dtype=torch.float64, device=series.places.device) + 0.5) * (math.pi / terms)).cos()
    interpolant = torch.stack([term.clone() for term in chebyshev(nodes, torch.ones_like(nodes), terms)])
    interpolant.mul_(2 / terms)
    interpolant[0] /= 2
    return interpolant @ kernel(series.reach * (nodes - nodes.unsqueeze(-1))) @ interpolant.T


def _evaluate(series: Series, *coefficients: Tensor) -> list[Tensor]:
    sums = [torch.zeros_like(series.places) for _ in coefficients]
    for degree, term in enumerate(chebyshev(series.places, torch.ones_like(series.places), series.polynomials)):
        for total, coefficient in zip(sums, coefficients, strict=True):
            total.addcmul_(coefficient[degree], term)
    return sums


def _steepness(lead: Tensor) -> Tensor:
    return torch.sigmoid(lead) * torch.sigmoid(-lead)


def chebyshev(places: Tensor, weights: Tensor, terms: int) -> Iterator[Tensor]:
    """The first Chebyshev polynomials times the weights, up to a sign that depends on the degree alone.

    The sign is free wherever each polynomial appears twice, and saves the recurrence
    T_{q+1} = 2 x T_q - T_{q-1} a pass. What is yielded holds until the next step.
    """
    before, now = weights.clone(), places * weights
    doubled = 2 * places
    for degree in range(terms):
        yield before
        before, now = now, before.addcmul_(doubled, now, value=1 if degree % 2 else -1)
