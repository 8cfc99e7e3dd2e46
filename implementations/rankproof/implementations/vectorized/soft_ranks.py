"""Soft ranks as a matrix of sigmoids."""

from __future__ import annotations

import torch
from torch import Tensor


def soft_ranks(scores: Tensor, members: Tensor, temperature: float) -> Tensor:
    """1 and the chance of each other member to be above, [..., items], in O(items^2) time and memory."""
    itself = torch.eye(scores.shape[-1], dtype=torch.bool, device=scores.device)
    other = members.unsqueeze(-2) & ~itself
    # The lead of an item at minus infinity over itself is NaN, and so would be its gradient.
    lead = torch.where(other, scores.unsqueeze(-2) - scores.unsqueeze(-1), 0)
    return 1 + torch.where(other, torch.sigmoid(lead / temperature), 0).sum(dim=-1)
