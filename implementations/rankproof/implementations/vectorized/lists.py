"""Padding and NaN in batches of lists, as tensor operations."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from rankproof.implementations.reduction import accumulation_dtype


def without_padding(scores: Tensor, mask: Tensor | None) -> tuple[Tensor, Tensor]:
    """The scores in the dtype of accumulation with 0 at the padding, and the mask of the real items.

    The padding is replaced before any arithmetic, so that nothing it holds reaches a value or a gradient.
    """
    accumulated = scores.to(accumulation_dtype(scores.dtype))
    if mask is None:
        return accumulated, torch.ones_like(accumulated, dtype=torch.bool)
    return torch.where(mask, accumulated, 0), mask


def propagate_nan(values: Tensor, scores: Tensor, real: Tensor) -> Tensor:
    """The value of each list, NaN where a real score is NaN, with a gradient of NaN at that list's real items."""
    diverged = scores.isnan().any(dim=-1, keepdim=True)
    factor = torch.where(diverged, math.nan, torch.ones((), dtype=scores.dtype, device=scores.device))
    return values + (torch.where(diverged & real, scores, 0) * factor).sum(dim=-1)
