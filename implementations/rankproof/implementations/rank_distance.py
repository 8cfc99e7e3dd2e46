"""How far ranks are from those that the items should have."""

from __future__ import annotations

import torch
from torch import Tensor


def rank_distance(ranks: Tensor, target_ranks: Tensor, real: Tensor, distance: str, normalization: str) -> Tensor:
    """The distance of each list.

    Args:
        ranks: [..., items].
        target_ranks: [..., items].
        real: True at a real item, [..., items].
        distance: "l1", the absolute difference, or "l2", its square.
        normalization: "none", the sum over the items of a list, or "items", their mean.

    Returns:
        [...], in the dtype of the ranks.
    """
    excess = torch.where(real, ranks - target_ranks.to(ranks.dtype), 0)
    total = (excess.abs() if distance == "l1" else excess.square()).sum(dim=-1)
    return total / real.sum(dim=-1).clamp(min=1) if normalization == "items" else total
