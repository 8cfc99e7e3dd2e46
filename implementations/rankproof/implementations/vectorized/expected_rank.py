"""Expected rank loss as tensor operations on all pairs of a list."""

from __future__ import annotations

from torch import Tensor

from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.rank_distance import rank_distance
from rankproof.implementations.vectorized.lists import propagate_nan, without_padding
from rankproof.implementations.vectorized.soft_ranks import soft_ranks


@as_declared
def expected_rank(
    scores: Tensor, target_ranks: Tensor, *, mask: Tensor | None, distance: str, first_rank: str, normalization: str
) -> Units:
    """As :func:`rankproof.implementations.expected_rank`, in O(items^2) time and memory."""
    clean, real = without_padding(scores, mask)
    ranks = soft_ranks(clean, real, 1.0, first_rank=first_rank)
    return propagate_nan(rank_distance(ranks, target_ranks, real, distance, normalization), clean, real)
