"""Soft ranks, one sigmoid after the other."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor

from rankproof.implementations.loop.lists import zero_of
from rankproof.implementations.saturation import without_infinities


def soft_rank_among(
    scores: Tensor, i: int, among: Iterable[int], temperature: float, *, first_rank: str = "one"
) -> Tensor:
    """1, or 0 where the first rank is "zero", and the chance of each item of ``among``, but i, to be above item i."""
    finite = without_infinities(scores)
    above = zero_of(scores)
    for j in among:
        if j != i:
            above = above + torch.sigmoid((finite[j] - finite[i]) / temperature)
    return (1 if first_rank == "one" else 0) + above
