"""Infinite scores in sums of sigmoids, where a difference of two would be NaN."""

from __future__ import annotations

import torch
from torch import Tensor


def without_infinities(scores: Tensor) -> Tensor:
    """The scores with huge numbers for infinities: as far from all others, and tied alike.

    The numbers are a quarter of the largest of the dtype, so that no difference overflows; in float16, whose
    differences are taken in float32, they are the largest, which a score may well be.
    """
    limit = max(torch.finfo(torch.float16).max, torch.finfo(scores.dtype).max / 4)
    return scores.clamp(-limit, limit)
