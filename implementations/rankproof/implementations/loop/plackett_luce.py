"""The Plackett-Luce likelihood, place by place."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.loop.lists import diverged, nan_of, real_items, rows, stack_lists, zero_of
from rankproof.implementations.reduction import accumulation_dtype


@as_declared
def plackett_luce(scores: Tensor, permutation: Tensor | None, *, mask: Tensor | None, form: str) -> Units:
    """As :func:`rankproof.implementations.plackett_luce`, by loops over lists and places."""
    accumulated = scores.to(accumulation_dtype(scores.dtype))
    lists, real = rows(accumulated), real_items(scores, mask)
    orders = real
    if permutation is not None:
        walks = (row.tolist() for row in rows(permutation))
        orders = [[i for i in walk if i in kept] for walk, kept in zip(walks, map(set, real), strict=True)]
    values = []
    for row, order in zip(lists, orders, strict=True):
        logarithm = nan_of(row, order) if diverged(row, order) else _log_likelihood(row, order)
        if form == "probability":
            values.append(logarithm.exp())
        else:
            values.append(-logarithm if form == "negative_log" else logarithm)
    return stack_lists(values, accumulated)


def _log_likelihood(scores: Tensor, order: list[int]) -> Tensor:
    """The logarithms of the chances with which each item is chosen among those that are left."""
    total = zero_of(scores)
    worths = scores.tolist()
    for place in range(len(order)):
        left = order[place:]
        if all(worths[i] == -math.inf for i in left):
            break  # none of them is preferred to another
        total = total + torch.log_softmax(scores[left], dim=0)[0]
    return total
