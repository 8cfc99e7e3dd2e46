"""How the loops go over the lists of a batch."""

from __future__ import annotations

import math

import torch
from torch import Tensor


def rows(tensor: Tensor) -> list[Tensor]:
    """The lists of a batch, one tensor of one axis each."""
    lists = math.prod(tensor.shape[:-1])
    return list(tensor.reshape(lists, tensor.shape[-1])) if lists else []


def real_items(scores: Tensor, mask: Tensor | None) -> list[list[int]]:
    """For each list the positions of the items that are not padding."""
    if mask is None:
        return [list(range(scores.shape[-1])) for _ in rows(scores)]
    return [[i for i, real in enumerate(row.tolist()) if real] for row in rows(mask)]


def stack_lists(values: list[Tensor], scores: Tensor) -> Tensor:
    """One value a list, in the batch's shape; a batch without lists keeps the graph of the scores."""
    if not values:
        return scores.sum(dim=-1)
    return torch.stack(values).reshape(scores.shape[:-1])


def zero_of(scores: Tensor) -> Tensor:
    """A 0 that keeps the graph of the scores, whatever they hold."""
    return scores[:0].sum()


def diverged(scores: Tensor, real: list[int]) -> bool:
    """Whether the score of a real item is NaN."""
    known = scores.tolist()
    return any(math.isnan(known[i]) for i in real)


def nan_of(scores: Tensor, real: list[int]) -> Tensor:
    """A NaN whose gradient is NaN at each real item, so that it is noticed there too."""
    return scores[real].sum() * math.nan
