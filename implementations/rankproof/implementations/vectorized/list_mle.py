"""ListMLE as tensor operations."""

from __future__ import annotations

import torch
from torch import Tensor

from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.ideal_order import ideal_order, place_weights, shared_weights
from rankproof.implementations.vectorized.choices import log_chances, ordered_items, sums_of_the_rest
from rankproof.implementations.vectorized.lists import propagate_nan, without_padding


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
    """As :func:`rankproof.implementations.list_mle`, in O(items log items) time and memory."""
    clean, real = without_padding(scores, mask)
    order, begins = ideal_order(relevance, mask)
    ordered, inside = ordered_items(clean, real, order)
    weights = place_weights(real, clean.dtype, position_weights, k, normalization)
    highest, sums = sums_of_the_rest(ordered, inside)
    if ties == "shared":
        weights = shared_weights(weights, begins)
        highest, sums = highest.gather(-1, begins), sums.gather(-1, begins)
    chances = log_chances(ordered, inside, highest, sums)
    # A place that weighs nothing may have a chance of 0, whose logarithm is infinite.
    counted = torch.where(weights > 0, weights * chances, 0)
    return propagate_nan(-counted.sum(dim=-1), clean, real)
