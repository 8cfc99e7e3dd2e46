"""The hardest negative of each item: the highest score of lower grade, of all or of those that the item outscores."""

from __future__ import annotations

import torch
from torch import Tensor

from rankproof.implementations.custom_autograd.grade_levels import grade_levels
from rankproof.implementations.custom_autograd.sorting import sorting_order


def hardest(scores: Tensor, codes: Tensor) -> tuple[Tensor, Tensor]:
    """The highest-scored item of lower grade: one sort by grade and a running maximum, O(items log items).

    Args:
        scores: [lists, items], without NaN.
        codes: grades as integers, [lists, items].

    Returns:
        The position of the hardest negative of each item, [lists, items], and whether it has one; the position
        is meaningless where it has none.
    """
    order = sorting_order(codes)
    running = scores.gather(-1, order).cummax(dim=-1).indices
    start = _start_of_run(codes.gather(-1, order))
    negatives = order.gather(-1, running.gather(-1, (start - 1).clamp_(min=0)))
    return _unsorted(negatives, order), _unsorted(start, order) > 0


def semi_hard(scores: Tensor, codes: Tensor, bits: int) -> tuple[Tensor, Tensor]:
    """The highest-scored item of lower grade and lower score: a sort, then the bits, O(items (log items + bits)).

    Args:
        scores: [lists, items], without NaN.
        codes: grades as integers of ``bits`` bits, [lists, items].
        bits: the number of bits.

    Returns:
        As :func:`hardest`.
    """
    lists, items = scores.shape
    order = sorting_order(scores)
    start = items * torch.arange(lists, device=scores.device).unsqueeze(-1)
    outscored = start + _start_of_run(scores.gather(-1, order))
    pointers = torch.stack([start.expand_as(order), outscored]).view(2, -1).int()
    places = torch.arange(1, lists * items + 1, dtype=torch.int32, device=scores.device)
    best = places.new_zeros(lists * items)
    for level in grade_levels(codes.gather(-1, order).view(-1).int(), pointers, bits):
        group, outscored = level.zeros
        # Items lie in the order of their scores, so that the last one before the pointer is the hardest.
        last_clear = (places * level.clear).cummax(dim=0).values
        last = last_clear.index_select(0, (level.zeros[1] + level.ones[1] - 1).clamp_(min=0))
        rank = level.slots.index_select(0, (last - 1).clamp_(min=0)) + 1
        torch.maximum(best, rank.mul_(level.higher).mul_(outscored > group), out=best)
    rank = best.view(lists, items).long()
    negatives = order.gather(-1, (rank - 1 - start).clamp_(min=0))
    return _unsorted(negatives, order), _unsorted(rank, order) > 0


def _start_of_run(ascending: Tensor) -> Tensor:
    """Where the run of equal numbers begins to which each number of an ascending sequence belongs."""
    places = torch.arange(ascending.shape[-1], device=ascending.device).expand_as(ascending).clone()
    places[..., 1:] *= ascending[..., 1:] != ascending[..., :-1]
    return places.cummax(dim=-1).values


def _unsorted(values: Tensor, order: Tensor) -> Tensor:
    return torch.empty_like(values).scatter_(-1, order, values)
