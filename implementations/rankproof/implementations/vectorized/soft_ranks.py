"""Soft ranks as a matrix of sigmoids."""

from __future__ import annotations

import torch
from torch import Tensor

from rankproof.implementations.saturation import without_infinities


def soft_ranks(scores: Tensor, members: Tensor, temperature: float, *, first_rank: str = "one") -> Tensor:
    r"""The soft ranks of the members of each list among themselves, in O(items^2) time and memory.

    .. math:: r_i = b + \sum_{j \ne i} \sigma\!\left(\frac{s_j - s_i}{T}\right)

    Args:
        scores: s, without NaN or infinities at the padding, [..., items].
        members: True at an item that is ranked, [..., items].
        temperature: T, the difference over which the sigmoid turns.
        first_rank: "one" or "zero", the rank b of an item that all others come after.

    Returns:
        The ranks, [..., items]; those of other items are where they would stand among the members.
    """
    finite = without_infinities(scores)
    itself = torch.eye(scores.shape[-1], dtype=torch.bool, device=scores.device)
    lead = (finite.unsqueeze(-2) - finite.unsqueeze(-1)) / temperature
    above = torch.where(members.unsqueeze(-2) & ~itself, torch.sigmoid(lead), 0).sum(dim=-1)
    return (1 if first_rank == "one" else 0) + above
