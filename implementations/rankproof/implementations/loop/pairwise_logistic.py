"""Pairwise logistic loss, pair by pair."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.loop.lists import diverged, nan_of, real_items, rows, stack_lists, zero_of
from rankproof.implementations.reduction import accumulation_dtype


@as_declared
def pairwise_logistic(
    scores: Tensor,
    relevance: Tensor,
    *,
    mask: Tensor | None,
    temperature: float,
    base: str,
    ties: str,
    normalization: str,
) -> Units:
    """As :func:`rankproof.implementations.pairwise_logistic`, by loops over lists and pairs of items."""
    accumulated = scores.to(accumulation_dtype(scores.dtype))
    values, counts = [], []
    for row, grades, real in zip(rows(accumulated), rows(relevance), real_items(scores, mask), strict=True):
        total, count = _total(row, grades, real, temperature, ties)
        total = total / math.log(2) if base == "two" else total
        values.append(total / max(1, count) if normalization == "list_pairs" else total)
        counts.append(count)
    units = stack_lists(values, accumulated)
    denominator = torch.tensor(counts, device=scores.device) if normalization == "batch_pairs" else None
    return units, denominator


def _total(
    scores: Tensor, relevance: Tensor, real: list[int], temperature: float, ties: str
) -> tuple[Tensor, int]:
    """The sum over the pairs of one list, in nats, and how many pairs there are."""
    if diverged(scores, real):
        return nan_of(scores, real), 0
    total, count = zero_of(scores), 0
    for place, i in enumerate(real):
        for j in real[:place]:
            if relevance[i] > relevance[j]:
                cost = _cost(scores[i], scores[j], temperature)
            elif relevance[j] > relevance[i]:
                cost = _cost(scores[j], scores[i], temperature)
            elif ties == "half":
                cost = (_cost(scores[i], scores[j], temperature) + _cost(scores[j], scores[i], temperature)) / 2
            else:
                continue
            total, count = total + cost, count + 1
    return total, count


def _cost(first: Tensor, second: Tensor, temperature: float) -> Tensor:
    """The negative logarithm of the chance that the first item outranks the second."""
    # logsigmoid and not the logarithm of a sigmoid, which is 0 at a lead of -200.
    return -functional.logsigmoid((first - second) / temperature)
