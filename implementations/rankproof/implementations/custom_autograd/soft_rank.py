"""Soft rank without a matrix of pairs: its sums of sigmoids as a series in each score, or a tile at a time."""

from __future__ import annotations

import torch
from torch import Tensor

from rankproof.implementations.custom_autograd.soft_ranks import soft_ranks
from rankproof.implementations.declared import Units, as_declared


@as_declared
def soft_rank(scores: Tensor, *, mask: Tensor | None, temperature: float, direction: str, first_rank: str) -> Units:
    """As :func:`rankproof.implementations.soft_rank`, in O(items) memory.

    On a CPU, scores of up to float32 that do not spread over too many temperatures take O(items) time for each
    polynomial of a series, otherwise half of the pairs are computed; see :func:`soft_ranks`.

    Raises:
        RuntimeError: also, when the gradient is itself differentiated; the vectorized variant can be.
    """
    keys = scores if direction == "descending" else -scores
    ranks = soft_ranks(keys, mask, temperature, first_rank=first_rank, loss="soft_rank")
    return ranks if mask is None else torch.where(mask, ranks, 0), mask
