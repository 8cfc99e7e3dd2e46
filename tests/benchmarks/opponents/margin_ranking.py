"""Margin ranking as people write it in PyTorch, correctly."""

from __future__ import annotations

import torch
from torch import Tensor


def broadcast_margin_ranking(input1: Tensor, input2: Tensor, target: Tensor, margin: float) -> Tensor:
    """The formula."""
    return torch.relu(margin - target * (input1 - input2)).mean()
