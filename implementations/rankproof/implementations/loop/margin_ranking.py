"""Margin ranking loss, pair by pair."""

from __future__ import annotations

import torch
from torch import Tensor

from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.reduction import accumulation_dtype


@as_declared
def margin_ranking(input1: Tensor, input2: Tensor, target: Tensor, *, margin: float) -> Units:
    """As :func:`rankproof.implementations.margin_ranking`, by a loop over the pairs."""
    dtype = accumulation_dtype(input1.dtype)
    first, second, sign = input1.to(dtype).flatten(), input2.to(dtype).flatten(), target.to(dtype).flatten()
    values = []
    for i in range(first.shape[0]):
        shortfall = margin - sign[i] * (first[i] - second[i])
        # relu and not max: its gradient at 0 is 0, and NaN stays NaN.
        values.append(torch.relu(shortfall))
    units = torch.stack(values).reshape(input1.shape) if values else input1.to(dtype) - input2.to(dtype)
    return units
