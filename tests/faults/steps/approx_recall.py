"""ApproxRecall as steps, all of them right; a fault puts a wrong one in the place of one of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from rankproof.implementations.arguments import check_arguments
from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.reduction import reduce_units
from tests.faults.fault import Loss, step_replacer
from tests.faults.steps import lists, soft_ranks


def last(k: int, cutoff: str) -> float:
    """The rank at which the cutoff is one half."""
    return k + 0.5 if cutoff == "after_k" else k


def inside(rank: Tensor, place: float, temperature: float) -> Tensor:
    """How surely a soft rank is before the cutoff."""
    return torch.sigmoid((place - rank) / temperature)


def divisor(positive: Tensor, k: int, normalization: str) -> Tensor:
    """The number of positives, or of those that k ranks can hold."""
    count = positive.sum(-1)
    return count if normalization == "positives" else count.clamp(max=k)


def divide(found: Tensor, count: Tensor) -> Tensor:
    """The recall, where there is a positive."""
    return found / count.clamp(min=1)


@dataclass(frozen=True)
class Steps:
    """What ApproxRecall is made of."""

    check: Callable[..., None] = check_arguments
    cast: Callable[[Tensor], Tensor] = lists.cast
    clean: Callable[..., tuple[Tensor, Tensor, Tensor]] = lists.clean
    above: Callable[..., Tensor] = soft_ranks.above
    others: Callable[[Tensor], Tensor] = soft_ranks.others
    positive: Callable[..., Tensor] = soft_ranks.positive
    last: Callable[[int, str], float] = last
    inside: Callable[..., Tensor] = inside
    divisor: Callable[..., Tensor] = divisor
    divide: Callable[..., Tensor] = divide
    finish: Callable[..., Tensor] = soft_ranks.finish
    counted: Callable[..., Tensor] = soft_ranks.counted
    reduce: Callable[..., Tensor] = reduce_units


def build(steps: Steps) -> Loss:
    """The loss that these steps make."""

    def approx_recall(
        scores: Tensor,
        positives: Tensor,
        *,
        mask: Tensor | None,
        temperature: float,
        k: int,
        cutoff: str,
        cutoff_temperature: float,
        normalization: str,
        form: str,
        nothing_relevant: str,
    ) -> Units:
        """Every step right."""
        own, labels, real = steps.clean(steps.cast(scores), positives, lists.real_items(scores, mask))
        rank = 1 + torch.where(steps.others(real), steps.above(own, temperature), 0).sum(-1)
        positive = steps.positive(labels, real)
        found = torch.where(positive, steps.inside(rank, steps.last(k, cutoff), cutoff_temperature), 0).sum(-1)
        metric = steps.divide(found, steps.divisor(positive, k, normalization))
        has_relevant = positive.any(-1)
        values = steps.finish(metric, has_relevant, form, nothing_relevant)
        values = lists.propagate_nan(values, torch.where(real, own, 0))
        return values, steps.counted(has_relevant, nothing_relevant)

    return as_declared(approx_recall, check=steps.check, reduce=steps.reduce)


approx_recall = build(Steps())
instead_of = step_replacer(build, Steps())
