"""ApproxMRR as people write it in PyTorch, correctly."""

from __future__ import annotations

import torch
from torch import Tensor


def broadcast_mrr(scores: Tensor, positives: Tensor, several: str) -> Tensor:
    """A matrix of sigmoids; the diagonal of one halves is half of the rank's 1."""
    ranks = torch.sigmoid(scores.unsqueeze(1) - scores.unsqueeze(2)).sum(dim=2) + 0.5
    reciprocals = positives / ranks
    if several == "best":
        return -reciprocals.amax(dim=1).mean()
    return -(reciprocals.sum(dim=1) / positives.sum(dim=1)).mean()
