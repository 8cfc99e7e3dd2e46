"""WARP, positive by positive and trial by trial."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.loop.lists import diverged, nan_of, real_items, rows, stack_lists, zero_of
from rankproof.implementations.reduction import accumulation_dtype


@dataclass(frozen=True)
class _List:
    """One list, and the conventions by which it is walked."""

    scores: Sequence[Tensor]
    known: list[float]  # the same scores as plain numbers, to compare
    positive: list[bool]
    real: list[int]
    margin: float
    violation: str
    negatives: str
    label_count: str
    skipped: str

    def positives(self) -> list[int]:
        return [i for i in self.real if self.positive[i]]

    def labels(self, i: int) -> int:
        if self.label_count == "items":
            return len(self.real)
        return 1 + sum(self.is_negative(i, j) for j in self.real)

    def is_negative(self, i: int, j: int) -> bool:
        return j in self.real and (not self.positive[j] if self.negatives == "non_positives" else j != i)

    def shortfall(self, i: int, j: int) -> Tensor:
        return self.margin - self.scores[i] + self.scores[j]

    def violates(self, i: int, j: int) -> bool:
        if self.violation == "misranking":
            return self.known[j] > self.known[i]
        shortfall = self.margin - self.known[i] + self.known[j]
        return shortfall > 0 if self.violation == "margin" else shortfall >= 0


@as_declared
def warp(
    scores: Tensor,
    positives: Tensor,
    order: Tensor | None,
    *,
    mask: Tensor | None,
    generator: torch.Generator | None,
    margin: float,
    violation: str,
    rank_weight: str,
    negatives: str,
    label_count: str,
    skipped: str,
    replacement: bool,
    max_trials: int | None,
    normalization: str,
) -> Units:
    """As :func:`rankproof.implementations.warp`, by loops over lists, positives and trials."""
    accumulated = scores.to(accumulation_dtype(scores.dtype))
    labels = [row.tolist() for row in rows(positives != 0)]
    orders = [None for _ in labels] if order is None else [row.tolist() for row in rows(order)]
    values = []
    for row, positive, real, given in zip(rows(accumulated), labels, real_items(scores, mask), orders, strict=True):
        items = _List(row.unbind(), row.tolist(), positive, real, margin, violation, negatives, label_count, skipped)
        total = nan_of(row, real) if diverged(row, real) else zero_of(row)
        for i in items.positives():
            trials = _draw(items, i, replacement, generator, row.device) if given is None else given
            total = total + _loss_of(items, i, trials, max_trials, rank_weight)
        values.append(total / max(1, len(items.positives())) if normalization == "positives" else total)
    return stack_lists(values, accumulated)


def _loss_of(items: _List, i: int, trials: Iterable[int], max_trials: int | None, rank_weight: str) -> Tensor | float:
    """The weighted shortfall against the first violator of positive i; 0 if the walk ends without one."""
    count = 0
    for j in trials:
        if items.skipped == "counted" or items.is_negative(i, j):
            count += 1
        if max_trials is not None and count > max_trials:
            break
        if items.is_negative(i, j) and items.violates(i, j):
            estimated_rank = (items.labels(i) - 1) // count
            return _weight(estimated_rank, rank_weight) * items.shortfall(i, j)
    return 0.0


def _weight(rank: int, rank_weight: str) -> float:
    if rank_weight == "logarithmic":
        return math.log(max(1, rank))
    return sum(1 / r for r in range(1, rank + 1))


def _draw(
    items: _List, i: int, replacement: bool, generator: torch.Generator | None, device: torch.device
) -> Iterator[int]:
    """Positions in the order in which positive i tries them."""
    universe = [j for j in items.real if items.skipped == "counted" or items.is_negative(i, j)]
    if not replacement:
        for position in torch.randperm(len(universe), generator=generator, device=device).tolist():
            yield universe[position]
    # Draws with replacement go on until the walk stops them, which it never would without a violator.
    elif any(items.is_negative(i, j) and items.violates(i, j) for j in universe):
        while True:
            yield universe[int(torch.randint(len(universe), (), generator=generator, device=device))]
