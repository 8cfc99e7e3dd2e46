"""WARP as tensor operations on all pairs of a list."""

from __future__ import annotations

import torch
from torch import Tensor

from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.rank_weight import rank_weights
from rankproof.implementations.vectorized.lists import propagate_nan, without_padding
from rankproof.implementations.vectorized.trials import draw_with_replacement, draw_without_replacement, walk


@as_declared
def warp(
    scores: Tensor,
    positives: Tensor,
    order: Tensor | None,
    *,
    mask: Tensor | None,
    generator: torch.Generator | None,
    margin: float,
    violation: str,
    rank_weight: str,
    negatives: str,
    label_count: str,
    skipped: str,
    replacement: bool,
    max_trials: int | None,
    normalization: str,
) -> Units:
    """As :func:`rankproof.implementations.warp`, in O(items (items + trials)) time and memory."""
    clean, real = without_padding(scores, mask)
    if scores.shape[-1] == 0:
        return clean.sum(dim=-1)
    positive = (positives != 0) & real
    negative = _negatives(positive, real, negatives)
    violator = negative & _violates(clean, margin, violation)
    if order is not None:
        first, count, found = walk(order, violator, negative if skipped == "free" else None)
    else:
        draw = draw_with_replacement if replacement else draw_without_replacement
        first, count, found = draw(violator, negative if skipped == "free" else real.unsqueeze(-2), generator)
    counts = positive & found & (count <= max_trials) if max_trials is not None else positive & found
    labels = real.sum(dim=-1, keepdim=True) if label_count == "items" else 1 + negative.sum(dim=-1)
    ranks = torch.where(counts, (labels - 1) // count.clamp(min=1), 0)
    weight = rank_weights(ranks, rank_weight, scores.shape[-1] - 1, clean.dtype)
    shortfall = margin - clean + clean.gather(-1, first)
    values = torch.where(counts, weight * shortfall, 0).sum(dim=-1)
    if normalization == "positives":
        values = values / positive.sum(dim=-1).clamp(min=1)
    return propagate_nan(values, clean, real)


def _negatives(positive: Tensor, real: Tensor, negatives: str) -> Tensor:
    """Whether item j is a negative of item i, [..., i, j]."""
    items = real.shape[-1]
    if negatives == "non_positives":
        return (real & ~positive).unsqueeze(-2).expand(*real.shape, items)
    return real.unsqueeze(-2) & ~torch.eye(items, dtype=torch.bool, device=real.device)


def _violates(scores: Tensor, margin: float, violation: str) -> Tensor:
    """Whether item j violates item i, [..., i, j]."""
    mine, theirs = scores.unsqueeze(-1), scores.unsqueeze(-2)
    if violation == "misranking":
        return theirs > mine
    shortfall = margin - mine + theirs
    return shortfall > 0 if violation == "margin" else shortfall >= 0
