"""LambdaLoss of ranked lists and its gradient, a tile of pairs at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from rankproof.implementations.lambda_loss_ranked import RankedLists

CPU_TILE = 1 << 16  # pairs: four buffers in float32 fill half of a common L2 cache of 2 MiB
CUDA_TILE = 1 << 24


@dataclass(frozen=True)
class Weights:
    """Which weights the pairs have, by their ranks.

    Attributes:
        inverse: what LambdaRank and NDCG-Loss1 take of each rank, [items], or None.
        bounds: what NDCG-Loss2 takes of each gap between ranks, from 0, [items], or None.
        first_item: whether the first item of a pair alone decides, as in NDCG-Loss1.
    """

    inverse: Tensor | None
    bounds: Tensor | None
    first_item: bool


def tiled_loss(lists: RankedLists, weights: Weights, sigma: float, rows: int, columns: int) -> tuple[Tensor, Tensor]:
    """The loss of each list in natural logarithms, and its gradient by the ranked scores.

    Half of the pairs are computed, each once: the first item is ranked before the second. Padding comes last, infinitely
    far below and with a share of 0, so that a pair with it costs nothing.

    Args:
        lists: the ranked lists.
        weights: of the pairs.
        sigma: steepness of the logistic function.
        rows: how many of the first ranks a first item may have.
        columns: how many of the first ranks a second item may have.

    Returns:
        The losses [lists], and the gradient [lists, items].
    """
    shares = lists.shares
    if weights.first_item:
        assert weights.inverse is not None
        shares = shares * weights.inverse
    values, gradient = shares.new_zeros(shares.shape[0]), torch.zeros_like(shares)
    for chosen, first, second, table in _tiles(shares, weights, rows, columns):
        lead = lists.scores[chosen, first].unsqueeze(-1) - lists.scores[chosen, second].unsqueeze(-2)
        if sigma != 1:
            lead.mul_(sigma)
        # Padding against padding is NaN, and a lead may overflow; NaN scores are told by the caller.
        lead.nan_to_num_(nan=0.0)
        of_tile = _of_first_items if weights.first_item else _of_differences
        total, slopes = of_tile(lead, shares[chosen, first].unsqueeze(-1), shares[chosen, second].unsqueeze(-2), table)
        values[chosen] += total
        gradient[chosen, first] += slopes.sum(dim=-1)
        gradient[chosen, second] -= slopes.sum(dim=-2)
    return values, gradient.mul_(sigma)


def _of_differences(lead: Tensor, first: Tensor, second: Tensor, table: Tensor | None) -> tuple[Tensor, Tensor]:
    """The losses of a tile's pairs, weighted by the difference of their shares, and their slopes in the lead."""
    assert table is not None
    pull = (second - first).mul_(table)
    # The pair's lead over its right order: negative where the first item is the better one.
    shortfall = lead.copysign_(pull)
    slopes = shortfall.sigmoid().mul_(pull)
    return _softplus(shortfall).mul_(pull).abs_().sum(dim=(-2, -1)), slopes


def _of_first_items(lead: Tensor, first: Tensor, second: Tensor, table: Tensor | None) -> tuple[Tensor, Tensor]:
    """The losses of a tile's pairs, each with the share of either item once, and their slopes in the lead."""
    both = first + second
    costs = _softplus(-lead).mul_(both).addcmul_(lead, second)
    slopes = torch.sigmoid_(lead.neg_()).mul_(both).neg_().add_(second)
    if table is not None:
        costs.mul_(table)
        slopes.mul_(table)
    return costs.sum(dim=(-2, -1)), slopes


def _softplus(x: Tensor) -> Tensor:
    """log(1 + exp(x)), to full precision everywhere; torch's own drops the logarithm past a threshold."""
    return torch.logaddexp(x, x.new_zeros(()))


def _tiles(
    shares: Tensor, weights: Weights, rows: int, columns: int
) -> Iterator[tuple[slice, slice, slice, Tensor | None]]:
    """Lists, first and second ranks of each tile, and the weights of its pairs as far as all lists share them."""
    lists = shares.shape[0]
    pairs = CPU_TILE if shares.is_cpu else CUDA_TILE
    side = min(columns, int(pairs**0.5))
    together = max(1, pairs // side**2) if side else 1
    for first in _slices(0, rows, side):
        for second in _slices(first.start, columns, side):
            table = _table(weights, first, second, shares)
            for chosen in _slices(0, lists, together):
                yield chosen, first, second, table


def _table(weights: Weights, first: slice, second: slice, like: Tensor) -> Tensor | None:
    """The weights [first, second] that ranks alone decide, 0 where the second is not the later one; None for ones."""
    diagonal = first.start == second.start
    shape = (first.stop - first.start, second.stop - second.start)
    if weights.first_item:
        return like.new_ones(shape).triu_(1) if diagonal else None
    table = like.new_zeros(shape)
    if weights.inverse is not None:
        table = weights.inverse[first].unsqueeze(-1) - weights.inverse[second]
    if weights.bounds is not None:
        gaps = torch.arange(second.start, second.stop, device=like.device) - torch.arange(
            first.start, first.stop, device=like.device
        ).unsqueeze(-1)
        table = table + weights.bounds[gaps.clamp_(min=0)]
    return table.triu_(1) if diagonal else table


def _slices(start: int, stop: int, step: int) -> list[slice]:
    return [slice(at, min(at + step, stop)) for at in range(start, stop, max(1, step))]
