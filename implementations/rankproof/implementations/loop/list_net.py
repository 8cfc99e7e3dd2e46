"""ListNet, item by item."""

from __future__ import annotations

import torch
from torch import Tensor

from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.loop.lists import diverged, nan_of, real_items, rows, stack_lists, zero_of
from rankproof.implementations.reduction import accumulation_dtype


@as_declared
def list_net(
    scores: Tensor,
    relevance: Tensor,
    *,
    mask: Tensor | None,
    target: str,
    temperature: float,
    nothing_relevant: str,
) -> Units:
    """As :func:`rankproof.implementations.list_net`, by loops over lists and items."""
    accumulated = scores.to(accumulation_dtype(scores.dtype))
    grades = relevance.to(accumulated.dtype)
    values, counts = [], []
    for row, labels, real in zip(rows(accumulated), rows(grades), real_items(scores, mask), strict=True):
        has_relevant = any(labels[i] > 0 for i in real)
        counts.append(has_relevant or nothing_relevant != "skip")
        if diverged(row, real):
            values.append(nan_of(row, real))
        elif real and counts[-1]:
            uniform = nothing_relevant == "uniform" and not has_relevant
            weights = _target([labels[i] for i in real], "softmax" if uniform else target)
            values.append(_cross_entropy(weights, [row[i] for i in real], temperature))
        else:
            values.append(zero_of(row))
    return stack_lists(values, accumulated), torch.tensor(counts, device=scores.device)


def _target(labels: list[Tensor], target: str) -> list[Tensor]:
    """The weight of each item, which is 0 for all of them where there is nothing to normalise."""
    largest = max(labels, key=float)
    if target == "softmax":
        labels = [torch.exp(label - largest) for label in labels]
    elif target == "labels" or largest == 0:
        return labels
    else:
        labels = [label / largest for label in labels]  # so that their sum does not overflow
    total = sum(labels, torch.zeros_like(largest))
    return [label / total for label in labels]


def _cross_entropy(weights: list[Tensor], scores: list[Tensor], temperature: float) -> Tensor:
    """How far each score lies below the logarithm of the sum of all exponentials, weighted."""
    highest = max(scores, key=lambda score: float(score.detach())).detach()
    lags = [(highest - score) / temperature for score in scores]
    partition = zero_of(scores[0].unsqueeze(0))
    for lag in lags:
        partition = partition + torch.exp(-lag)
    loss = zero_of(scores[0].unsqueeze(0))
    for weight, lag in zip(weights, lags, strict=True):
        # A score of minus infinity costs nothing where it has no weight.
        if weight > 0:
            loss = loss + weight * (lag + torch.log(partition))
    return loss
