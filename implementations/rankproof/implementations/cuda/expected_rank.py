"""Expected rank loss in Triton: tiles of sigmoids, computed forward and again backward, in O(n) memory."""

from __future__ import annotations

import torch
from torch import Tensor

from rankproof.implementations.cuda.soft_ranks import soft_ranks
from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.rank_distance import rank_distance


@as_declared
def expected_rank(
    scores: Tensor, target_ranks: Tensor, *, mask: Tensor | None, distance: str, first_rank: str, normalization: str
) -> Units:
    """As :func:`rankproof.implementations.expected_rank`, in O(items^2) time and O(items) memory.

    Ranks are summed over tiles of sigmoids that are never stored, and computed again backward. Half precision is
    computed and reduced in float32.

    Raises:
        RuntimeError: tensors on a CPU, without Triton's interpreter; or a second derivative, which there is not.
    """
    ranks = soft_ranks(scores, mask, 1.0, first_rank=first_rank, loss="expected_rank")
    real = torch.ones_like(scores, dtype=torch.bool) if mask is None else mask
    return rank_distance(ranks, target_ranks, real, distance, normalization)
