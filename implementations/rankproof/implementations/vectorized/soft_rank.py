"""Soft rank as tensor operations on all pairs of a list."""

from __future__ import annotations

import torch
from torch import Tensor

from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.vectorized.lists import propagate_nan, without_padding
from rankproof.implementations.vectorized.soft_ranks import soft_ranks


@as_declared
def soft_rank(scores: Tensor, *, mask: Tensor | None, temperature: float, direction: str, first_rank: str) -> Units:
    """As :func:`rankproof.implementations.soft_rank`, in O(items^2) time and memory."""
    clean, real = without_padding(scores, mask)
    ranks = soft_ranks(clean if direction == "descending" else -clean, real, temperature, first_rank=first_rank)
    nothing = torch.zeros_like(clean).sum(dim=-1)
    ranks = ranks + propagate_nan(nothing, clean, real).unsqueeze(-1)
    return torch.where(real, ranks, 0), mask
