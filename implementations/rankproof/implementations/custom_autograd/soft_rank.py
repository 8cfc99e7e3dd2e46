"""Soft rank without a matrix of pairs: its sums of sigmoids as a series in each score, or a tile at a time."""

from __future__ import annotations

import torch
from torch import Tensor

from rankproof.implementations.custom_autograd.smooth_counts import smooth_counts
from rankproof.implementations.declared import Units, as_declared


@as_declared
def soft_rank(scores: Tensor, *, mask: Tensor | None, temperature: float, direction: str, first_rank: str) -> Units:
    """As :func:`rankproof.implementations.soft_rank`, in O(items) memory.

    On a CPU, scores of up to float32 that do not spread over too many temperatures take O(items) time for each
    polynomial of a series, otherwise half of the pairs are computed; see :func:`smooth_counts`.

    Raises:
        RuntimeError: also, when the gradient is itself differentiated; the vectorized variant can be.
    """
    counts = smooth_counts(scores if direction == "descending" else -scores, mask, temperature, loss="soft_rank")
    if first_rank == "zero":
        return counts, mask
    return counts + 1 if mask is None else torch.where(mask, counts + 1, 0), mask
