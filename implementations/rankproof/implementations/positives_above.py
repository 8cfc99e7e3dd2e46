"""How many positives of a list score at least as much as each item, by one sort and a search."""

from __future__ import annotations

import torch
from torch import Tensor


def positives_above(scores: Tensor, positive: Tensor) -> Tensor:
    """The number of positives j with s_j >= s_i, [..., items], without a gradient.

    O(items log items) time and O(items) memory.

    Args:
        scores: s, [..., items].
        positive: which items are positive, [..., items].
    """
    known = scores.detach()
    # All other items come first, below any finite score.
    ascending = torch.where(positive, known, -torch.inf).sort(dim=-1).values
    below = torch.searchsorted(ascending, known.contiguous())
    return (scores.shape[-1] - below).minimum(positive.sum(dim=-1, keepdim=True))
