"""Infinite scores in sums of sigmoids, where a difference of two would be NaN."""

from __future__ import annotations

import torch
from torch import Tensor


def without_infinities(scores: Tensor) -> Tensor:
    """The scores with the largest numbers of their dtype for infinities: as far from all others, and tied alike."""
    limit = torch.finfo(scores.dtype).max
    return scores.clamp(-limit, limit)
