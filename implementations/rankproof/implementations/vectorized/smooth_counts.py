"""How many items are before each, counted by sigmoids, as tensor operations on all pairs of a list."""

from __future__ import annotations

import torch
from torch import Tensor

from rankproof.implementations.saturation import without_infinities


def smooth_counts(scores: Tensor, real: Tensor, temperature: float) -> Tensor:
    """The smooth number of other real items before each, the largest score first.

    Args:
        scores: without NaN or infinities at the padding, [..., items].
        real: True at a real item, [..., items].
        temperature: the difference over which the sigmoid turns.

    Returns:
        The sum of sigmoid((s_j - s_i) / temperature) over real j other than i, [..., items].
    """
    finite = without_infinities(scores)
    itself = torch.eye(scores.shape[-1], dtype=torch.bool, device=scores.device)
    lead = (finite.unsqueeze(-2) - finite.unsqueeze(-1)) / temperature
    return torch.where(real.unsqueeze(-2) & ~itself, torch.sigmoid(lead), 0).sum(dim=-1)
