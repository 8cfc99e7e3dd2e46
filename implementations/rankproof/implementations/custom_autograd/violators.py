"""How many opponents violate each positive, and which is the r-th of them, without a table of positives and items."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from rankproof.implementations.custom_autograd.sorting import sorting_order
from rankproof.implementations.custom_autograd.warp_problem import WarpProblem, exceeds

SCANS_PER_SORT = 32  # positives of a list that can each be compared with all items in the time of sorting them
CPU_TILE = 1 << 18  # comparisons at a time: float32 that fills half of a common L2 cache
CUDA_TILE = 1 << 26


class Violators(Protocol):
    """The violators of each positive in some order."""

    @property
    def counts(self) -> Tensor:
        """How many there are, [lists, places]."""

    def at(self, ranks: Tensor) -> Tensor:
        """The item of each rank from 0 to the count less 1, [lists, places]; any item for a rank outside."""
        ...


def find_violators(problem: WarpProblem) -> Violators:
    """By sorting the opponents, or by comparing all of them with each positive where there are few positives."""
    if torch.compiler.is_compiling() or int(problem.filled.sum()) > SCANS_PER_SORT * problem.opponents.shape[0]:
        return _by_sorting(problem)
    return _by_scanning(problem)


@dataclass(frozen=True)
class _Sorted:
    """The violators from the lowest score to the highest."""

    order: Tensor
    below: Tensor
    counts: Tensor

    def at(self, ranks: Tensor) -> Tensor:
        return self.order.gather(-1, (self.below + ranks).clamp(min=0, max=self.order.shape[-1] - 1))


def _by_sorting(problem: WarpProblem) -> _Sorted:
    """O(items log items) for each list, O(log items) for each positive."""
    order = sorting_order(problem.opponents)
    ascending = problem.opponents.gather(-1, order)
    below = torch.searchsorted(ascending, problem.thresholds, right=not problem.inclusive)
    return _Sorted(order, below, order.shape[-1] - below)


@dataclass(frozen=True)
class _Scanned:
    """The violators from the first item to the last; the items in blocks, whose violators are counted."""

    problem: WarpProblem
    blocks: Tensor
    rows: Tensor
    places: Tensor
    in_block: Tensor
    counts: Tensor

    def at(self, ranks: Tensor) -> Tensor:
        rows, places = self.rows, self.places
        rank = ranks[rows, places].unsqueeze(-1)
        until = self.in_block.cumsum(dim=-1)
        block = (until <= rank).sum(dim=-1, keepdim=True).clamp_(max=until.shape[-1] - 1)
        rank = rank - (until - self.in_block).gather(-1, block)
        thresholds = self.problem.thresholds[rows, places].unsqueeze(-1)
        hits = exceeds(self.blocks[rows, block.squeeze(-1)], thresholds, self.problem.inclusive)
        item = (hits.cumsum(dim=-1) <= rank).sum(dim=-1) + block.squeeze(-1) * hits.shape[-1]
        found = torch.zeros_like(ranks)
        found[rows, places] = item.clamp_(max=self.problem.opponents.shape[-1] - 1)
        return found


def _by_scanning(problem: WarpProblem) -> _Scanned:
    """O(items) for each positive, of whose comparisons only the number of hits in sqrt(items) blocks is kept."""
    opponents = problem.opponents
    size = max(16, math.isqrt(opponents.shape[-1]))
    blocks = torch.nn.functional.pad(opponents, (0, -opponents.shape[-1] % size), value=-math.inf)
    blocks = blocks.view(opponents.shape[0], -1, size)
    rows, places = problem.filled.nonzero(as_tuple=True)
    thresholds = problem.thresholds[rows, places].view(-1, 1, 1)
    in_block = torch.empty(rows.numel(), blocks.shape[1], dtype=opponents.dtype, device=opponents.device)
    at_once = max(1, (CPU_TILE if opponents.is_cpu else CUDA_TILE) // blocks[0].numel())
    scores = opponents.new_empty(min(at_once, rows.numel()), *blocks.shape[1:])
    hits = torch.empty_like(scores)
    for start in range(0, rows.numel(), at_once):
        part = rows[start : start + at_once]
        torch.index_select(blocks, 0, part, out=scores[: part.numel()])
        # Written as numbers, hits are summed several times faster than as booleans.
        compare = torch.ge if problem.inclusive else torch.gt
        compare(scores[: part.numel()], thresholds[start : start + at_once], out=hits[: part.numel()])
        torch.sum(hits[: part.numel()], dim=-1, out=in_block[start : start + at_once])
    whole = in_block.long()
    counts = torch.zeros_like(problem.columns)
    counts[rows, places] = whole.sum(dim=-1)
    return _Scanned(problem, blocks, rows, places, whole, counts)
