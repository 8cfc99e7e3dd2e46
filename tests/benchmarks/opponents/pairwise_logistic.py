"""The pairwise logistic loss as people write it in PyTorch, correctly."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional


def broadcast_logistic(scores: Tensor, relevance: Tensor) -> Tensor:
    """A matrix of differences and a matrix of which pairs count."""
    lead = scores.unsqueeze(2) - scores.unsqueeze(1)
    better = relevance.unsqueeze(2) > relevance.unsqueeze(1)
    return -(functional.logsigmoid(lead) * better).sum(dim=(1, 2)).mean()


def cross_entropy_of_pairs(scores: Tensor, relevance: Tensor) -> Tensor:
    """torch's binary cross-entropy of the pairs that count, as in allRank."""
    lists, better, worse = (relevance.unsqueeze(2) > relevance.unsqueeze(1)).nonzero(as_tuple=True)
    lead = scores[lists, better] - scores[lists, worse]
    return functional.binary_cross_entropy_with_logits(lead, torch.ones_like(lead), reduction="sum") / len(scores)
