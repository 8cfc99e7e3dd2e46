"""The pairwise logistic loss over all pairs of items, a tile of pairs at a time."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from rankproof.implementations.custom_autograd.sigmoid_tiles import Tile, tiles

LINEAR_FROM = 40.0  # where exp(-x) is below a rounding of x, in float64 as well


def tiled_sums(scores: Tensor, codes: Tensor, weights: Tensor, temperature: float, tied: bool) -> tuple[Tensor, Tensor]:
    """What the pairs of each list cost: O(items^2 / 2) time, O(items) memory and a tile.

    Args:
        scores: [lists, items].
        codes: integers in the order of the grades, [lists, items].
        weights: 1, or 0 at the padding, [lists, items].
        temperature: the difference over which the sigmoid turns.
        tied: whether items of equal grade are pairs too.

    Returns:
        The sums of the lists, in nats, [lists], and their gradient by the scores at the items that count,
        [lists, items].
    """
    codes = codes.to(scores.dtype)
    values, gradient = scores.new_zeros(scores.shape[0]), torch.zeros_like(scores)
    for tile in tiles(scores, temperature, matrices=8):
        costs, pulls = _graded(tile, codes, weights, tied)
        # A tile with the same items on both sides has each pair twice, once in either order.
        values[tile.rows[0]] += costs / 2 if tile.repeated else costs
        gradient[tile.columns] += pulls.sum(dim=-2)
        if not tile.repeated:
            gradient[tile.rows] -= pulls.sum(dim=-1)
    return values, gradient / temperature


def _graded(tile: Tile, codes: Tensor, weights: Tensor, tied: bool) -> tuple[Tensor, Tensor]:
    """The cost of a tile's pairs for each list, and its derivative by the lead of each second item over each first."""
    real = weights[tile.rows].unsqueeze(-1) * weights[tile.columns].unsqueeze(-2)
    # 1 where the first item is to lead, -1 where the second is, 0 where neither.
    order = (codes[tile.rows].unsqueeze(-1) - codes[tile.columns].unsqueeze(-2)).clamp_(-1, 1).mul_(real)
    even = None
    if tied:
        even = real.sub_(order.abs())
        if tile.repeated:
            even.diagonal(dim1=-2, dim2=-1).zero_()
        even_costs, even_pulls = _of_equals(tile.lead, even)
    # No pair falls short by minus infinity: neither its cost nor its pull is more than 0, whatever the scores are.
    shortfall = tile.lead.mul_(order).masked_fill_(order == 0, -math.inf)
    costs = functional.softplus(shortfall, threshold=LINEAR_FROM).sum(dim=(-2, -1))
    pulls = shortfall.sigmoid_().mul_(order)
    return (costs, pulls) if even is None else (costs + even_costs, pulls.add_(even_pulls))


def _of_equals(lead: Tensor, pairs: Tensor) -> tuple[Tensor, Tensor]:
    """The same of the pairs with a target of one half, which are 1 in ``pairs``."""
    lead = lead.masked_fill(pairs == 0, 0)
    distance = lead.abs()
    costs = (distance / 2 + torch.exp(-distance).log1p()).mul_(pairs).sum(dim=(-2, -1))
    return costs, torch.tanh(lead / 2) / 2
