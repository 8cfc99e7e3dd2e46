"""Soft ranks as people write them in PyTorch, correctly."""

from __future__ import annotations

import torch
from torch import Tensor


def broadcast_ranks(scores: Tensor) -> Tensor:
    """A matrix of sigmoids; the diagonal of one halves is half of the rank's 1."""
    return torch.sigmoid(scores.unsqueeze(1) - scores.unsqueeze(2)).sum(dim=2) + 0.5
