"""How many items are before one, counted by sigmoids."""

from __future__ import annotations

import torch
from torch import Tensor

from rankproof.implementations.loop.lists import zero_of
from rankproof.implementations.saturation import without_infinities


def items_before(scores: Tensor, i: int, real: list[int], temperature: float) -> Tensor:
    """The sum of sigmoid((s_j - s_i) / temperature) over the real items j of a list other than i."""
    finite = without_infinities(scores)
    count = zero_of(scores)
    for j in real:
        if j != i:
            count = count + torch.sigmoid((finite[j] - finite[i]) / temperature)
    return count
