"""Soft ranks, one sigmoid after the other."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor

from rankproof.implementations.loop.lists import zero_of


def soft_rank(scores: Tensor, i: int, among: Iterable[int], temperature: float) -> Tensor:
    """1 and the chance of each item of ``among``, but i itself, to be above item i."""
    rank = zero_of(scores) + 1
    for j in among:
        if j != i:
            rank = rank + torch.sigmoid((scores[j] - scores[i]) / temperature)
    return rank
