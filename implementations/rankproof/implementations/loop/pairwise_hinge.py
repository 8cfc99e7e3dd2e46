"""Pairwise hinge loss, pair by pair."""

from __future__ import annotations

import torch
from torch import Tensor

from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.loop.lists import diverged, nan_of, real_items, rows, stack_lists, zero_of
from rankproof.implementations.reduction import accumulation_dtype


@as_declared
def pairwise_hinge(
    scores: Tensor, relevance: Tensor, *, mask: Tensor | None, margin: float, negatives: str, normalization: str
) -> Units:
    """As :func:`rankproof.implementations.pairwise_hinge`, by loops over lists, items and negatives."""
    accumulated = scores.to(accumulation_dtype(scores.dtype))
    values, counts = [], []
    for row, grades, real in zip(rows(accumulated), rows(relevance), real_items(scores, mask), strict=True):
        total, count = _total(row, grades, real, margin, negatives)
        values.append(total / max(1, count) if normalization == "list_pairs" else total)
        counts.append(count)
    units = stack_lists(values, accumulated)
    denominator = torch.tensor(counts, device=scores.device) if normalization == "batch_pairs" else None
    return units, denominator


def _total(scores: Tensor, relevance: Tensor, real: list[int], margin: float, negatives: str) -> tuple[Tensor, int]:
    """The sum over the pairs of one list, and how many pairs there are."""
    if diverged(scores, real):
        return nan_of(scores, real), 0
    total, count = zero_of(scores), 0
    for i in real:
        for j in _negatives_of(i, scores, relevance, real, negatives):
            # relu and not max: its gradient at 0 is 0.
            total = total + torch.relu(margin - (scores[i] - scores[j]))
            count += 1
    return total, count


def _negatives_of(i: int, scores: Tensor, relevance: Tensor, real: list[int], negatives: str) -> list[int]:
    """The less relevant items that item i stands against."""
    candidates = [j for j in real if relevance[i] > relevance[j]]
    if negatives == "semi_hard":
        candidates = [j for j in candidates if scores[j] < scores[i]]
    if negatives == "all" or not candidates:
        return candidates
    return [max(candidates, key=lambda j: scores[j].item())]
