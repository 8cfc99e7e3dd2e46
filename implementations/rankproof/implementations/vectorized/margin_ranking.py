"""Margin ranking loss as tensor operations."""

from __future__ import annotations

import torch
from torch import Tensor

from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.reduction import accumulation_dtype


@as_declared
def margin_ranking(input1: Tensor, input2: Tensor, target: Tensor, *, margin: float) -> Units:
    """As :func:`rankproof.implementations.margin_ranking`, in O(n) time and memory."""
    dtype = accumulation_dtype(input1.dtype)
    shortfall = margin - target.to(dtype) * (input1.to(dtype) - input2.to(dtype))
    # relu and not clamp: its gradient at 0 is 0.
    return torch.relu(shortfall)
