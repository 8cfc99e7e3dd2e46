"""Margin ranking loss as tensor operations."""

from __future__ import annotations

import torch
from torch import Tensor

from rankproof.implementations.arguments import margin_ranking_arguments
from rankproof.implementations.reduction import accumulation_dtype, reduce_units


def margin_ranking(
    input1: Tensor,
    input2: Tensor,
    target: Tensor,
    *,
    margin: float = 0.0,
    reduction: str = "mean",
    validate: bool = True,
) -> Tensor:
    """As :func:`rankproof.implementations.margin_ranking`, in O(n) time and memory."""
    margin_ranking_arguments(input1, input2, target, margin=margin, reduction=reduction, validate=validate)
    dtype = accumulation_dtype(input1.dtype)
    shortfall = margin - target.to(dtype) * (input1.to(dtype) - input2.to(dtype))
    # relu and not clamp: its gradient at 0 is 0.
    return reduce_units(torch.relu(shortfall), reduction).to(input1.dtype)
