"""Soft rank in Triton: tiles of sigmoids, computed forward and again backward, in O(n) memory."""

from __future__ import annotations

import torch
from torch import Tensor

from rankproof.implementations.cuda.soft_ranks import soft_ranks
from rankproof.implementations.declared import Units, as_declared


@as_declared
def soft_rank(scores: Tensor, *, mask: Tensor | None, temperature: float, direction: str, first_rank: str) -> Units:
    """As :func:`rankproof.implementations.soft_rank`, in O(items^2) time and O(items) memory.

    Ranks are summed over tiles of sigmoids that are never stored, and computed again backward. Half precision is
    computed and reduced in float32.

    Raises:
        RuntimeError: tensors on a CPU, without Triton's interpreter; or a second derivative, which there is not.
    """
    keys = scores if direction == "descending" else -scores
    ranks = soft_ranks(keys, mask, temperature, first_rank=first_rank, loss="soft_rank")
    return ranks if mask is None else torch.where(mask, ranks, 0), mask
