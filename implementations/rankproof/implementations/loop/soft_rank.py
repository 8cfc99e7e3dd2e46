"""Soft rank, item by item."""

from __future__ import annotations

import torch
from torch import Tensor

from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.loop.lists import diverged, nan_of, real_items, rows, zero_of
from rankproof.implementations.loop.soft_ranks import soft_rank_among
from rankproof.implementations.reduction import accumulation_dtype


@as_declared
def soft_rank(scores: Tensor, *, mask: Tensor | None, temperature: float, direction: str, first_rank: str) -> Units:
    """As :func:`rankproof.implementations.soft_rank`, by loops over lists, items and the items before them."""
    accumulated = scores.to(accumulation_dtype(scores.dtype))
    ranks = []
    for row, real in zip(rows(accumulated), real_items(scores, mask), strict=True):
        keys = row if direction == "descending" else -row
        for i in range(row.shape[0]):
            if i not in real:
                ranks.append(zero_of(row))
            elif diverged(row, real):
                ranks.append(nan_of(row, real))
            else:
                ranks.append(soft_rank_among(keys, i, real, temperature, first_rank=first_rank))
    if not ranks:
        return accumulated, mask  # as empty, with the graph
    return torch.stack(ranks).reshape(scores.shape), mask
