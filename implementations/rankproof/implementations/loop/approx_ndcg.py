"""ApproxNDCG, item by item."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.gain import relative_gains
from rankproof.implementations.loop.lists import diverged, nan_of, real_items, rows, stack_lists, zero_of
from rankproof.implementations.loop.soft_ranks import soft_rank_among
from rankproof.implementations.metric_form import signed
from rankproof.implementations.reduction import accumulation_dtype


@as_declared
def approx_ndcg(
    scores: Tensor,
    relevance: Tensor,
    *,
    mask: Tensor | None,
    temperature: float,
    gain: str,
    form: str,
    nothing_relevant: str,
    k: int | None,
    cutoff_temperature: float,
) -> Units:
    """As :func:`rankproof.implementations.approx_ndcg`, by loops over lists, items and the items above them."""
    accumulated = scores.to(accumulation_dtype(scores.dtype))
    grades = relevance.to(accumulated.dtype)
    values, counts = [], []
    for row, labels, real in zip(rows(accumulated), rows(grades), real_items(scores, mask), strict=True):
        has_relevant = any(labels[i] > 0 for i in real)
        counts.append(has_relevant or nothing_relevant != "skip")
        if diverged(row, real):
            values.append(nan_of(row, real))
        elif has_relevant:
            gains = relative_gains(labels[real], gain)
            ndcg = _dcg(row[real], gains, temperature, k, cutoff_temperature) / _ideal_dcg(gains, k)
            values.append(signed(ndcg, form))
        elif nothing_relevant == "skip":
            values.append(zero_of(row))
        else:
            values.append(signed(zero_of(row) + (1 if nothing_relevant == "one" else 0), form))
    denominator = torch.tensor(counts, device=scores.device)
    return stack_lists(values, accumulated), denominator


def _dcg(scores: Tensor, gains: Tensor, temperature: float, k: int | None, cutoff_temperature: float) -> Tensor:
    """Gains over the logarithm of the approximate ranks, those past k faded out."""
    dcg = zero_of(scores)
    items = range(scores.shape[0])
    for i in items:
        rank = soft_rank_among(scores, i, items, temperature)
        discounted = gains[i] / torch.log2(1 + rank)
        dcg = dcg + (discounted if k is None else discounted * torch.sigmoid((k + 0.5 - rank) / cutoff_temperature))
    return dcg


def _ideal_dcg(gains: Tensor, k: int | None) -> Tensor:
    """The largest DCG that hard ranks can give to the first k items."""
    ideal = gains.new_zeros(())
    for rank, gain in enumerate(sorted(gains, key=float, reverse=True)[:k], start=1):
        ideal = ideal + gain / math.log2(1 + rank)
    return ideal
