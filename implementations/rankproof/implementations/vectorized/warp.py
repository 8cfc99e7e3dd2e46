"""WARP as tensor operations on all pairs of a list."""

from __future__ import annotations

import torch
from torch import Tensor

from rankproof.implementations.arguments import warp_arguments
from rankproof.implementations.rank_weight import rank_weights
from rankproof.implementations.reduction import reduce_units
from rankproof.implementations.vectorized.lists import propagate_nan, without_padding
from rankproof.implementations.vectorized.trials import draw_with_replacement, draw_without_replacement, walk


def warp(
    scores: Tensor,
    positives: Tensor,
    order: Tensor | None = None,
    *,
    margin: float = 1.0,
    violation: str = "margin",
    rank_weight: str = "harmonic",
    negatives: str = "non_positives",
    label_count: str = "items",
    skipped: str = "free",
    replacement: bool = False,
    max_trials: int | None = None,
    normalization: str = "none",
    mask: Tensor | None = None,
    reduction: str = "mean",
    generator: torch.Generator | None = None,
    validate: bool = True,
) -> Tensor:
    """As :func:`rankproof.implementations.warp`, in O(items (items + trials)) time and memory."""
    warp_arguments(
        scores,
        positives,
        order,
        mask,
        margin=margin,
        violation=violation,
        rank_weight=rank_weight,
        negatives=negatives,
        label_count=label_count,
        skipped=skipped,
        replacement=replacement,
        max_trials=max_trials,
        normalization=normalization,
        reduction=reduction,
        generator=generator,
        validate=validate,
    )
    clean, real = without_padding(scores, mask)
    if scores.shape[-1] == 0:
        return reduce_units(clean.sum(dim=-1), reduction).to(scores.dtype)
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
    return reduce_units(propagate_nan(values, clean, real), reduction).to(scores.dtype)


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
