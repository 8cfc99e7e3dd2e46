"""Pairwise hinge loss as tensor operations on all pairs of a list."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.vectorized.lists import propagate_nan, without_padding


@as_declared
def pairwise_hinge(
    scores: Tensor, relevance: Tensor, *, mask: Tensor | None, margin: float, negatives: str, normalization: str
) -> Units:
    """As :func:`rankproof.implementations.pairwise_hinge`, in O(items^2) time and memory."""
    clean, real = without_padding(scores, mask)
    candidate = relevance.unsqueeze(-1) > relevance.unsqueeze(-2)
    candidate = candidate & real.unsqueeze(-1) & real.unsqueeze(-2)
    # An empty list has no hardest item, and its sum over all pairs is the 0 that is wanted.
    if negatives == "all" or scores.shape[-1] == 0:
        values, pairs = _against_all(clean, candidate, margin)
    else:
        values, pairs = _against_hardest(clean, candidate, margin, negatives)
    if normalization == "list_pairs":
        values = values / pairs.clamp(min=1)
    values = propagate_nan(values, clean, real)
    denominator = pairs if normalization == "batch_pairs" else None
    return values, denominator


def _against_all(scores: Tensor, candidate: Tensor, margin: float) -> tuple[Tensor, Tensor]:
    """The sum over all pairs of each list, and their number."""
    shortfall = margin - (scores.unsqueeze(-1) - scores.unsqueeze(-2))
    paid = torch.relu(torch.where(candidate, shortfall, 0))
    return paid.sum(dim=(-2, -1)), candidate.sum(dim=(-2, -1))


def _against_hardest(scores: Tensor, candidate: Tensor, margin: float, negatives: str) -> tuple[Tensor, Tensor]:
    """The sum over the items that have a negative, each against its hardest one, and their number."""
    if negatives == "semi_hard":
        candidate = candidate & (scores.unsqueeze(-2) < scores.unsqueeze(-1))
    # max and not amax: of equally hard negatives one receives the whole gradient.
    hardest = torch.where(candidate, scores.unsqueeze(-2), -math.inf).max(dim=-1).values
    has_candidate = candidate.any(dim=-1)
    # Without a candidate the hardest is at minus infinity, and an item may be there too: their difference is NaN.
    paid = torch.relu(torch.where(has_candidate, margin - (scores - hardest), 0))
    return paid.sum(dim=-1), has_candidate.sum(dim=-1)
