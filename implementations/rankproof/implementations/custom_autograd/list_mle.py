"""ListMLE by one sort, one running sum forward and one backward."""

from __future__ import annotations

import torch
from torch import Tensor

from rankproof.implementations.custom_autograd.choices import log_likelihood
from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.ideal_order import ideal_order, place_weights, shared_weights
from rankproof.implementations.reduction import accumulation_dtype


@as_declared
def list_mle(
    scores: Tensor,
    relevance: Tensor,
    *,
    mask: Tensor | None,
    ties: str,
    position_weights: str,
    k: int | None,
    normalization: str,
) -> Units:
    """As :func:`rankproof.implementations.list_mle`, in O(items log items) time and O(items) memory.

    Raises:
        RuntimeError: also, when the gradient is itself differentiated; the vectorized variant can be.
    """
    order, begins = ideal_order(relevance, mask)
    weights = None
    if position_weights != "none" or k is not None or normalization != "none":
        real = torch.ones_like(scores, dtype=torch.bool) if mask is None else mask
        weights = place_weights(real, torch.float64, position_weights, k, normalization)
    if ties == "shared" and weights is not None:
        weights = shared_weights(weights, begins)
    logarithm = log_likelihood(scores, order, mask, weights, begins if ties == "shared" else None)
    return -logarithm.to(accumulation_dtype(scores.dtype))
