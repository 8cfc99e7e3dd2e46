"""The pairwise logistic loss of graded lists, by the cheaper of two ways."""

from __future__ import annotations

import torch
from torch import Tensor

from rankproof.implementations.custom_autograd.grade_groups import grade_groups
from rankproof.implementations.custom_autograd.grades import grade_codes
from rankproof.implementations.custom_autograd.logistic_series import series_sums
from rankproof.implementations.custom_autograd.logistic_tiles import tiled_sums
from rankproof.implementations.custom_autograd.sigmoid_series import series_of
from rankproof.implementations.transforms import without_autocast

MOMENTS_PER_ITEM = 64  # of all grades, up to which the series takes memory of the order of the items


def logistic_sums(
    scores: Tensor, relevance: Tensor, real: Tensor | None, temperature: float, tied: bool
) -> tuple[Tensor, Tensor]:
    """What the pairs of each list cost, and the gradient.

    Args:
        scores: [lists, items].
        relevance: grades, [lists, items].
        real: which items are real, [lists, items]; all when None.
        temperature: the difference over which the sigmoid turns.
        tied: whether items of equal grade are pairs too.

    Returns:
        The sums of the lists, in nats, [lists], and their gradient by the scores at the real items, [lists, items].
    """
    weights = torch.ones_like(scores) if real is None else real.to(scores.dtype)
    with without_autocast(scores):
        series = series_of(scores, temperature)
        if series is not None:
            groups = grade_groups(relevance, real)
            if series.polynomials * groups.starts.numel() <= MOMENTS_PER_ITEM * scores.numel():
                return series_sums(series, groups, weights, tied)
        codes, _ = grade_codes(relevance, real)
        return tiled_sums(scores, codes, weights, temperature, tied)
