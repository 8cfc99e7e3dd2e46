"""The losses as people write them in PyTorch, correctly: by broadcasting over all pairs, or with a loop over trials."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional


def broadcast_margin_ranking(input1: Tensor, input2: Tensor, target: Tensor, margin: float) -> Tensor:
    """The formula."""
    return torch.relu(margin - target * (input1 - input2)).mean()


def broadcast_hinge(scores: Tensor, relevance: Tensor) -> Tensor:
    """A matrix of differences and a matrix of which pairs count."""
    lead = scores.unsqueeze(2) - scores.unsqueeze(1)
    better = relevance.unsqueeze(2) > relevance.unsqueeze(1)
    return (torch.relu(1 - lead) * better).sum(dim=(1, 2)).mean()


def torch_hinge_of_pairs(scores: Tensor, relevance: Tensor) -> Tensor:
    """torch's margin ranking loss of the pairs that count."""
    lists, better, worse = (relevance.unsqueeze(2) > relevance.unsqueeze(1)).nonzero(as_tuple=True)
    first, second = scores[lists, better], scores[lists, worse]
    total = functional.margin_ranking_loss(first, second, torch.ones_like(first), margin=1.0, reduction="sum")
    return total / len(scores)


def broadcast_ndcg(scores: Tensor, relevance: Tensor) -> Tensor:
    """A matrix of sigmoids; the diagonal of one halves is half of the rank's 1."""
    ranks = torch.sigmoid(scores.unsqueeze(1) - scores.unsqueeze(2)).sum(dim=2) + 0.5
    gains = 2**relevance - 1
    ideal = gains.sort(dim=1, descending=True).values
    discounts = torch.log2(torch.arange(2, scores.shape[1] + 2, dtype=scores.dtype, device=scores.device))
    return -((gains / torch.log2(1 + ranks)).sum(dim=1) / (ideal / discounts).sum(dim=1)).mean()


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
