"""ApproxNDCG as people write it in PyTorch, correctly."""

from __future__ import annotations

import torch
from torch import Tensor


def broadcast_ndcg(scores: Tensor, relevance: Tensor) -> Tensor:
    """A matrix of sigmoids; the diagonal of one halves is half of the rank's 1."""
    ranks = torch.sigmoid(scores.unsqueeze(1) - scores.unsqueeze(2)).sum(dim=2) + 0.5
    gains = 2**relevance - 1
    ideal = gains.sort(dim=1, descending=True).values
    discounts = torch.log2(torch.arange(2, scores.shape[1] + 2, dtype=scores.dtype, device=scores.device))
    return -((gains / torch.log2(1 + ranks)).sum(dim=1) / (ideal / discounts).sum(dim=1)).mean()
