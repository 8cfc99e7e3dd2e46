"""Soft rank in Triton: tiles of sigmoids, computed forward and again backward, in O(n) memory."""

from __future__ import annotations

import torch
from torch import Tensor

from rankproof.implementations.cuda.smooth_counts import smooth_counts
from rankproof.implementations.declared import Units, as_declared


@as_declared
def soft_rank(scores: Tensor, *, mask: Tensor | None, temperature: float, direction: str, first_rank: str) -> Units:
    """As :func:`rankproof.implementations.soft_rank`, in O(items^2) time and O(items) memory.

    Ranks are summed over tiles of sigmoids that are never stored, and computed again backward. Half precision is
    computed and reduced in float32.

    Raises:
        RuntimeError: tensors on a CPU, without Triton's interpreter; or a second derivative, which there is not.
    """
    counts = smooth_counts(scores if direction == "descending" else -scores, mask, temperature, loss="soft_rank")
    if first_rank == "zero":
        return counts, mask
    return counts + 1 if mask is None else torch.where(mask, counts + 1, 0), mask
