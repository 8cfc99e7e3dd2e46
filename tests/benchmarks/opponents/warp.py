"""WARP as people write it in PyTorch, correctly."""

from __future__ import annotations

import torch
from torch import Tensor


def looped_warp(scores: Tensor, positives: Tensor, order: Tensor) -> Tensor:
    """Each positive walks the order until an item violates."""
    harmonic = (1 / torch.arange(1, scores.shape[1] + 1)).cumsum(0).tolist()
    terms = []
    numbers, labels, orders = scores.tolist(), positives.tolist(), order.tolist()
    for row, (values, positive, tried) in enumerate(zip(numbers, labels, orders, strict=True)):
        candidates = [j for j in tried if not positive[j]]
        for i in [i for i, is_positive in enumerate(positive) if is_positive]:
            bound = values[i] - 1
            trial, j = next(((t, j) for t, j in enumerate(candidates, 1) if values[j] > bound), (0, 0))
            if trial and trial <= len(values) - 1:
                terms.append(harmonic[(len(values) - 1) // trial - 1] * (1 - scores[row, i] + scores[row, j]))
    return torch.stack(terms).sum() / len(scores) if terms else scores.sum() * 0


def sampled_warp(scores: Tensor, positives: Tensor, max_trials: int) -> Tensor:
    """All trials of all positives drawn at once, with replacement from each list's negatives."""
    rows, items = positives.nonzero(as_tuple=True)
    weights = (~positives).to(scores.dtype)
    drawn = torch.multinomial(weights, max_trials * int(positives.sum(dim=1).max()), replacement=True)
    counts = positives.sum(dim=1)
    slot = torch.arange(len(rows), device=rows.device) - (counts.cumsum(0) - counts)[rows]
    tried = drawn.view(len(scores), -1, max_trials)[rows, slot]
    shortfall = 1 - scores[rows, items].unsqueeze(1) + scores[rows.unsqueeze(1), tried]
    violates = shortfall > 0
    trial = violates.int().argmax(dim=1, keepdim=True)
    ranks = (scores.shape[1] - 1) // (trial + 1)
    harmonic = (1 / torch.arange(1, scores.shape[1] + 1, device=scores.device)).cumsum(0)
    weighted = harmonic[ranks - 1] * shortfall.gather(1, trial) * violates.any(dim=1, keepdim=True)
    return weighted.sum() / len(scores)
