"""Triplet margin loss as tensor operations."""

from __future__ import annotations

import torch
from torch import Tensor

from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.magnitude import magnitude
from rankproof.implementations.reduction import accumulation_dtype


@as_declared
def triplet_margin(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    *,
    margin: float,
    distance: str,
    p: float,
    eps: float,
    swap: bool,
) -> Units:
    """As :func:`rankproof.implementations.triplet_margin`, in O(features) time and memory."""

    def between(x: Tensor, y: Tensor) -> Tensor:
        if distance == "cosine":
            return _cosine_distance(x, y)
        return _norm(x - y + eps, p) if distance == "p_norm" else (x - y).square().sum(dim=-1)

    dtype = accumulation_dtype(anchor.dtype)
    a, b, c = anchor.to(dtype), positive.to(dtype), negative.to(dtype)
    far = between(a, c)
    if swap:
        far = torch.minimum(far, between(b, c))
    shortfall = between(a, b) - far + margin
    # A NaN, too, has a gradient of NaN by all three vectors: the loss of a diverged model is noticed everywhere.
    noticed = torch.where(shortfall.isnan(), shortfall.detach(), 1)
    # relu and not clamp: its gradient at 0 is 0.
    return torch.relu(shortfall) * noticed


def _norm(u: Tensor, p: float) -> Tensor:
    """The p-norm of vectors [..., features], with a gradient of 0 at 0; their powers stay in range."""
    if p == 1:
        return u.abs().sum(dim=-1)
    if p != 2:
        # Below p = 2 the slope of a difference of 0 changes infinitely fast: a second derivative would be NaN.
        u = torch.where(u == 0, 0, u)
    scale = magnitude(u)
    scaled: Tensor = torch.linalg.vector_norm(u / scale, p, dim=-1)
    return scaled * scale.squeeze(-1)


def _cosine_distance(x: Tensor, y: Tensor) -> Tensor:
    """1 - cos(x, y); 1, with a gradient of 0, where a vector has no direction."""
    has_directions = (x != 0).any(dim=-1, keepdim=True) & (y != 0).any(dim=-1, keepdim=True)
    # Ones stand in for such vectors: a norm's second derivative at 0 would be NaN.
    x, y = (torch.where(has_directions, each, 1) for each in (x, y))
    directions = (x / _norm(x, 2).unsqueeze(-1)) * (y / _norm(y, 2).unsqueeze(-1))
    return 1 - torch.where(has_directions, directions, 0).sum(dim=-1)
