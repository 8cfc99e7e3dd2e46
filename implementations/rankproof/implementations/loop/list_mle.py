"""ListMLE, place by place."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.loop.lists import diverged, nan_of, real_items, rows, stack_lists, zero_of
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
    """As :func:`rankproof.implementations.list_mle`, by loops over lists and places."""
    accumulated = scores.to(accumulation_dtype(scores.dtype))
    values = []
    for row, labels, real in zip(rows(accumulated), rows(relevance), real_items(scores, mask), strict=True):
        if diverged(row, real):
            values.append(nan_of(row, real))
            continue
        grades = labels.tolist()
        order = sorted(real, key=lambda i: grades[i], reverse=True)
        weights = _place_weights(len(order), position_weights, k, normalization)
        begins = list(range(len(order)))
        if ties == "shared":
            ordered = [grades[i] for i in order]
            begins = [ordered.index(grade) for grade in ordered]
            weights = [_mean([weights[u] for u, begin in enumerate(begins) if begin == own]) for own in begins]
        values.append(_weighted_sum(row, order, weights, begins))
    return stack_lists(values, accumulated)


def _weighted_sum(scores: Tensor, order: list[int], weights: list[float], begins: list[int]) -> Tensor:
    """What it costs that each item is chosen among those that are left."""
    total = zero_of(scores)
    worths = scores.tolist()
    for place, (weight, begin) in enumerate(zip(weights, begins, strict=True)):
        left = order[begin:]
        # Of items at minus infinity alone none is preferred to another.
        if weight > 0 and any(worths[i] > -math.inf for i in left):
            total = total - weight * torch.log_softmax(scores[left], dim=0)[place - begin]
    return total


def _place_weights(items: int, position_weights: str, k: int | None, normalization: str) -> list[float]:
    """1 or 2^(n - t) - 1 at place t of n, and 0 after the first k; over their sum where they are normalised."""
    weights = [1 if position_weights == "none" else 2 ** (items - 1 - place) - 1 for place in range(items)]
    weights = [weight if k is None or place < k else 0 for place, weight in enumerate(weights)]
    divisor = sum(weights) if normalization == "weights" else 1
    return [weight / (divisor or 1) for weight in weights]


def _mean(numbers: list[float]) -> float:
    return sum(numbers) / len(numbers)
