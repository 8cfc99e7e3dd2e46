"""Expected rank loss without a matrix of pairs: its sums of sigmoids as a series in each score, or in tiles."""

from __future__ import annotations

import torch
from torch import Tensor

from rankproof.implementations.custom_autograd.soft_ranks import soft_ranks
from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.rank_distance import rank_distance


@as_declared
def expected_rank(
    scores: Tensor, target_ranks: Tensor, *, mask: Tensor | None, distance: str, first_rank: str, normalization: str
) -> Units:
    """As :func:`rankproof.implementations.expected_rank`, in O(items) memory.

    On a CPU, scores of up to float32 that do not spread too far take O(items) time for each polynomial of a series,
    otherwise half of the pairs are computed; see :func:`soft_ranks`.

    Raises:
        RuntimeError: also, when the gradient is itself differentiated; the vectorized variant can be.
    """
    ranks = soft_ranks(scores, mask, 1.0, first_rank=first_rank, loss="expected_rank")
    real = torch.ones_like(scores, dtype=torch.bool) if mask is None else mask
    return rank_distance(ranks, target_ranks, real, distance, normalization)
