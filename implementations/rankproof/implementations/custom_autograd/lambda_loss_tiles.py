"""LambdaLoss of ranked lists and its gradient, a tile of pairs at a time."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from rankproof.implementations.lambda_loss_ranked import PairOptions, RankedLists, RankWeights

CPU_TILE = 1 << 16  # pairs; a dozen matrices of them take 3 MiB in float32
CUDA_TILE = 1 << 24


def loss_by_tiles(
    lists: RankedLists, options: PairOptions, weights: RankWeights, rows: int, columns: int
) -> tuple[Tensor, Tensor]:
    """The loss of each list in natural logarithms, and its gradient by the ranked scores.

    Half of the pairs are computed, each once: the first item is ranked before the second. Padding comes last,
    infinitely far below and with a share of 0, so that a pair with it costs nothing.

    Args:
        lists: the ranked lists.
        options: of the pairs.
        weights: of the ranks.
        rows: how many of the first ranks a first item may have.
        columns: how many of the first ranks a second item may have.

    Returns:
        The losses [lists], without those of items against themselves; and the gradient [lists, items].
    """
    shares = lists.shares
    values, gradient = shares.new_zeros(shares.shape[0]), torch.zeros_like(shares)
    of_pairs = _of_first_items if options.first_item_decides else _of_differences
    for chosen, first, second, table in _tiles(shares, options, weights, rows, columns):
        lead = lists.scores[chosen, first].unsqueeze(-1) - lists.scores[chosen, second].unsqueeze(-2)
        if options.sigma != 1:
            lead.mul_(options.sigma)
        # Padding against padding is NaN, and a lead may overflow; NaN scores are told by the caller.
        lead.nan_to_num_(nan=0.0)
        costs, slopes = of_pairs(lead, shares[chosen, first].unsqueeze(-1), shares[chosen, second].unsqueeze(-2), table)
        values[chosen] += costs.sum(dim=(-2, -1))
        gradient[chosen, first] += slopes.sum(dim=-1)
        gradient[chosen, second] -= slopes.sum(dim=-2)
    return values, gradient.mul_(options.sigma)


def _of_differences(lead: Tensor, first: Tensor, second: Tensor, table: Tensor) -> tuple[Tensor, Tensor]:
    """The costs of a tile's pairs, weighted by the difference of their shares, and their slopes in the lead."""
    pull = (second - first).mul_(table)
    # How far the better item is behind: no lead is negative, save where the table is 0.
    shortfall = lead.copysign_(pull)
    costs = _softplus(shortfall).mul_(pull).abs_()
    return costs, shortfall.sigmoid_().mul_(pull)


def _of_first_items(lead: Tensor, first: Tensor, second: Tensor, table: Tensor) -> tuple[Tensor, Tensor]:
    """The costs of a tile's pairs, with either as the first item, and their slopes in the lead."""
    both = first + second
    costs = _softplus(-lead).mul_(both).addcmul_(lead, second)
    slopes = lead.neg_().sigmoid_().mul_(both).neg_().add_(second)
    return costs.mul_(table), slopes.mul_(table)


def _softplus(x: Tensor) -> Tensor:
    """log(1 + exp(x)), to full precision everywhere; torch's own drops the logarithm past a threshold."""
    return torch.logaddexp(x, x.new_zeros(()))


def _tiles(
    shares: Tensor, options: PairOptions, weights: RankWeights, rows: int, columns: int
) -> Iterator[tuple[slice, slice, slice, Tensor]]:
    """Lists, first and second ranks of each tile, and what all lists share of the weights of its pairs."""
    pairs = CPU_TILE if shares.is_cpu else CUDA_TILE
    side = min(columns, int(pairs**0.5))
    together = max(1, pairs // side**2) if side else 1
    for first in _slices(0, rows, side):
        for second in _slices(first.start, columns, side):
            table = _table(options, weights, first, second, shares)
            for chosen in _slices(0, shares.shape[0], together):
                yield chosen, first, second, table


def _table(options: PairOptions, weights: RankWeights, first: slice, second: slice, like: Tensor) -> Tensor:
    """What the ranks of pairs [first, second] make of their weights: 0 where the second is not the later one."""
    table = like.new_full((first.stop - first.start, second.stop - second.start), float(options.first_item_decides))
    if weights.inverse is not None:
        table += weights.inverse[first].unsqueeze(-1) - weights.inverse[second]
    if weights.bounds is not None:
        ranks = torch.arange(second.stop, device=like.device)
        table += weights.bounds[(ranks[second] - ranks[first].unsqueeze(-1)).clamp_(min=0)]
    return table.triu_(1) if first.start == second.start else table


def _slices(start: int, stop: int, step: int) -> list[slice]:
    return [slice(at, min(at + step, stop)) for at in range(start, stop, max(1, step))]
