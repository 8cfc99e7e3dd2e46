"""Expected rank loss, item by item."""

from __future__ import annotations

from torch import Tensor

from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.loop.lists import diverged, nan_of, real_items, rows, stack_lists, zero_of
from rankproof.implementations.loop.soft_ranks import soft_rank_among
from rankproof.implementations.reduction import accumulation_dtype


@as_declared
def expected_rank(
    scores: Tensor, target_ranks: Tensor, *, mask: Tensor | None, distance: str, first_rank: str, normalization: str
) -> Units:
    """As :func:`rankproof.implementations.expected_rank`, by loops over lists, items and the items before them."""
    accumulated = scores.to(accumulation_dtype(scores.dtype))
    targets = target_ranks.to(accumulated.dtype)
    values = []
    for row, target, real in zip(rows(accumulated), rows(targets), real_items(scores, mask), strict=True):
        if diverged(row, real):
            values.append(nan_of(row, real))
            continue
        total = zero_of(row)
        for i in real:
            excess = soft_rank_among(row, i, real, 1.0, first_rank=first_rank) - target[i]
            total = total + (excess.abs() if distance == "l1" else excess * excess)
        values.append(total / max(1, len(real)) if normalization == "items" else total)
    return stack_lists(values, accumulated)
