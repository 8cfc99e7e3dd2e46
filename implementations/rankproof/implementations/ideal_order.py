"""The order of descending relevance, its ties, and the weights of its places."""

from __future__ import annotations

import torch
from torch import Tensor


def ideal_order(relevance: Tensor, mask: Tensor | None) -> tuple[Tensor, Tensor]:
    """The position of the item at each place, and where the places of its grade begin, [..., items], int64.

    Equally relevant items keep their order, and padding comes last.
    """
    grades = relevance if relevance.is_floating_point() else relevance.long()
    if mask is not None:
        grades = torch.where(mask, grades, -1)
    ordered, order = grades.sort(dim=-1, descending=True, stable=True)
    places = torch.arange(order.shape[-1], device=order.device).expand_as(order)
    before = torch.cat((ordered[..., :1], ordered[..., :-1]), dim=-1)
    return order, torch.where(ordered != before, places, 0).cummax(dim=-1).values


def place_weights(real: Tensor, dtype: torch.dtype, position_weights: str, k: int | None, normalization: str) -> Tensor:
    """The weight of each place of lists whose padding comes last: 1 or 2^(n - t) - 1, and 0 from place k on.

    Normalised, they are over their sum, where that is not 0; then the powers are over the largest one.

    Args:
        real: [..., items], which are the real items.
    """
    items = real.sum(dim=-1, keepdim=True)
    place = torch.arange(real.shape[-1], device=real.device)
    counts = place < items
    if k is not None:
        counts = counts & (place < k)
    if position_weights == "none":
        weights = counts.to(dtype)
    elif normalization == "weights":
        weights = torch.exp2(-place.to(dtype)) - torch.exp2((1 - items).to(dtype))
        weights = torch.where(counts, weights, 0)
    else:
        weights = torch.where(counts, torch.exp2((items - 1 - place).to(dtype)) - 1, 0)
    if normalization == "weights":
        total = weights.sum(dim=-1, keepdim=True)
        weights = weights / torch.where(total > 0, total, 1)
    return weights


def shared_weights(weights: Tensor, begins: Tensor) -> Tensor:
    """The mean weight of the places of the same grade, at each of them."""
    nothing = torch.zeros_like(weights)
    sums = nothing.scatter_add(-1, begins, weights)
    counts = nothing.scatter_add(-1, begins, torch.ones_like(weights))
    return (sums / counts).gather(-1, begins)
