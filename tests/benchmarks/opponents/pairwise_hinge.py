"""The pairwise hinge as people write it in PyTorch, correctly."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional


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
