"""Sums of sigmoids over all pairs of items, a tile of pairs at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

CPU_TILE = 1 << 18  # pairs: with float32 half of a common L2 cache of 2 MiB
CUDA_TILE = 1 << 24


@dataclass(frozen=True)
class Tile:
    """The pairs of some items of some lists with others, of which the first come no later.

    Attributes:
        rows: the first items, [lists, items].
        columns: the second items.
        lead: by how many temperatures each second item leads each first, [lists, rows, columns]; to be written over.
        repeated: whether the second items are the first again, so that each pair is in the tile twice.
    """

    rows: tuple[slice, slice]
    columns: tuple[slice, slice]
    lead: Tensor
    repeated: bool


def tiled_counts(scores: Tensor, weights: Tensor, temperature: float) -> Tensor:
    """The smooth number of items above each: O(items^2 / 2) sigmoids, O(items) memory and a tile.

    Args:
        scores: [lists, items].
        weights: how much each item counts, [lists, items].
        temperature: the difference over which the sigmoid turns.

    Returns:
        The sum of weight_j sigmoid((s_j - s_i) / temperature) over j other than i, [lists, items].
    """
    counts = weights / -2  # of the item itself, which its tile counts as a half
    for tile in tiles(scores, temperature):
        first, second = weights[tile.rows], weights[tile.columns]
        above = tile.lead.sigmoid_()
        counts[tile.rows] += _sums(second, above.mT)
        if not tile.repeated:
            # The first item's lead over the second is the other way round.
            counts[tile.columns] += first.sum(dim=-1, keepdim=True) - _sums(first, above)
    return counts


def tiled_slopes(scores: Tensor, weights: Tensor, slopes: Tensor, temperature: float) -> Tensor:
    """The gradient of the sum of slope_i count_i, with the counts of :func:`tiled_counts` for weights of 0 and 1.

    Args:
        scores: [lists, items].
        weights: 1, or 0 for an item that does not count, whose slope is 0, [lists, items].
        slopes: [lists, items].
        temperature: the difference over which the sigmoid turns.

    Returns:
        The gradient at items that count, [lists, items].
    """
    factors = torch.stack([slopes, weights], dim=1)
    sums = torch.zeros_like(factors)
    for tile in tiles(scores, temperature):
        above = tile.lead.sigmoid_()
        steepness = above.addcmul_(above, above, value=-1)
        rows, columns = _of_both(tile.rows), _of_both(tile.columns)
        # A few rows times a matrix take a fraction of the time of a matrix times a few columns.
        sums[rows] += factors[columns] @ steepness.mT
        if not tile.repeated:
            sums[columns] += factors[rows] @ steepness
    return (sums[:, 0] - slopes * sums[:, 1]) / temperature


def tiles(scores: Tensor, temperature: float, matrices: int = 2) -> Iterator[Tile]:
    """Tiles that hold each pair of items of each list once, but for those that are repeated; one lives at a time.

    The more ``matrices`` of pairs are in use at a time, the smaller they are.
    """
    lists, items = scores.shape
    pairs = (CPU_TILE if scores.is_cpu else CUDA_TILE) * 2 // matrices
    side = min(items, int(pairs**0.5))
    together = max(1, pairs // side**2) if side else 1
    buffer = scores.new_empty(min(lists, together) * side * side)
    for chosen in _slices(lists, together):
        for rows in _slices(items, side):
            for columns in _slices(items, side):
                if columns.start >= rows.start:
                    yield _tile(scores, (chosen, rows), (chosen, columns), temperature, buffer)


def _tile(
    scores: Tensor, rows: tuple[slice, slice], columns: tuple[slice, slice], temperature: float, buffer: Tensor
) -> Tile:
    first, second = scores[rows].unsqueeze(-1), scores[columns].unsqueeze(-2)
    shape = (first.shape[0], first.shape[1], second.shape[2])
    lead = torch.sub(second, first, out=buffer[: shape[0] * shape[1] * shape[2]].view(shape))
    if temperature != 1:
        lead.div_(temperature)
    return Tile(rows, columns, lead, rows == columns)


def _slices(length: int, step: int) -> list[slice]:
    return [slice(start, min(start + step, length)) for start in range(0, length, max(1, step))]


def _sums(weights: Tensor, matrices: Tensor) -> Tensor:
    return (weights.unsqueeze(-2) @ matrices).squeeze(-2)


def _of_both(part: tuple[slice, slice]) -> tuple[slice, slice, slice]:
    return part[0], slice(None), part[1]
