"""ApproxRecall as people write it in PyTorch, correctly."""

from __future__ import annotations

import torch
from torch import Tensor


def broadcast_recall(scores: Tensor, positives: Tensor, k: int) -> Tensor:
    """A matrix of sigmoids; the diagonal of one halves is half of the rank's 1."""
    ranks = torch.sigmoid(scores.unsqueeze(1) - scores.unsqueeze(2)).sum(dim=2) + 0.5
    inside = torch.sigmoid((k + 0.5 - ranks) / 0.25)
    return -((positives * inside).sum(dim=1) / positives.sum(dim=1)).mean()
