"""ApproxMAP as people write it in PyTorch, correctly."""

from __future__ import annotations

import torch
from torch import Tensor


def broadcast_map(scores: Tensor, positives: Tensor, hits: str) -> Tensor:
    """Matrices of sigmoids; a diagonal of one halves is half of the 1 that an item counts itself."""
    above = torch.sigmoid(scores.unsqueeze(1) - scores.unsqueeze(2))
    ranks = above.sum(dim=2) + 0.5
    if hits == "ranks":
        above = torch.sigmoid((ranks.unsqueeze(2) - ranks.unsqueeze(1)) / 0.25)
    found = (above * positives.unsqueeze(1)).sum(dim=2) + 0.5
    return -((positives * found / ranks).sum(dim=1) / positives.sum(dim=1)).mean()
