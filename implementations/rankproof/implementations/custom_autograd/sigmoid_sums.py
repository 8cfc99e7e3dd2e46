"""Sums of sigmoids over all pairs of items of a list, by the cheaper of two ways."""

from __future__ import annotations

from torch import Tensor

from rankproof.implementations.custom_autograd.sigmoid_series import series_counts, series_of, series_slopes
from rankproof.implementations.custom_autograd.sigmoid_tiles import tiled_counts, tiled_slopes
from rankproof.implementations.transforms import without_autocast


def smooth_counts(scores: Tensor, weights: Tensor, temperature: float) -> Tensor:
    """The smooth number of items above each.

    Args:
        scores: [lists, items].
        weights: 1, or 0 for an item that does not count, [lists, items].
        temperature: the difference over which the sigmoid turns.

    Returns:
        The sum of weight_j sigmoid((s_j - s_i) / temperature) over j other than i, [lists, items].
    """
    with without_autocast(scores):
        series = series_of(scores, temperature)
        return tiled_counts(scores, weights, temperature) if series is None else series_counts(series, weights)


def smooth_slopes(scores: Tensor, weights: Tensor, slopes: Tensor, temperature: float) -> Tensor:
    """The gradient, by the scores, of the sum of slope_i count_i with the counts of :func:`smooth_counts`.

    Args:
        scores: [lists, items].
        weights: 1, or 0 for an item that does not count, whose slope is 0, [lists, items].
        slopes: [lists, items], in any dtype.
        temperature: the difference over which the sigmoid turns.

    Returns:
        The gradient at the items that count, [lists, items].
    """
    with without_autocast(scores):
        series = series_of(scores, temperature)
        if series is None:
            return tiled_slopes(scores, weights, slopes.to(scores.dtype), temperature)
        return series_slopes(series, weights, slopes)
