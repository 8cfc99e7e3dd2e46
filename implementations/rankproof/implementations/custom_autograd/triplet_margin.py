"""Triplet margin loss from distances that keep the vectors they are given, and nothing of their size besides."""

from __future__ import annotations

import torch
from torch import Tensor

from rankproof.implementations.custom_autograd.distances import cosine_distance, norm_of_difference, squared_distance
from rankproof.implementations.declared import Units, as_declared
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
    """As :func:`rankproof.implementations.triplet_margin`, in O(features) time and memory.

    A distance is computed in one buffer of differences, which is given back, and computed again in the buffer that
    becomes the gradient: from the forward pass the backward pass needs one number a triplet. Half precision is first
    copied to float32. Differentiable any number of times.
    """

    # Each vector has a gradient of two distances: in float16 one alone may overflow where their sum does not.
    dtype = accumulation_dtype(anchor.dtype)
    anchor, positive, negative = (vector.to(dtype) for vector in (anchor, positive, negative))

    def between(x: Tensor, y: Tensor) -> Tensor:
        if distance == "cosine":
            return cosine_distance(x, y)
        return norm_of_difference(x, y, p, eps) if distance == "p_norm" else squared_distance(x, y)

    far = between(anchor, negative)
    if swap:
        far = torch.minimum(far, between(positive, negative))
    shortfall = between(anchor, positive) - far + margin
    # A NaN, too, has a gradient of NaN by all three vectors: the loss of a diverged model is noticed everywhere.
    noticed = torch.where(shortfall.isnan(), shortfall.detach(), 1)
    # relu and not clamp: its gradient at 0 is 0.
    return torch.relu(shortfall) * noticed
