"""ApproxMRR as steps, all of them right; a fault puts a wrong one in the place of one of them."""

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


def reciprocal(rank: Tensor) -> Tensor:
    """What a positive at this soft rank is worth."""
    return 1 / rank


def best(reciprocals: Tensor, positive: Tensor) -> Tensor:
    """The greatest reciprocal rank of each list's positives."""
    return reciprocals.amax(-1) if reciprocals.shape[-1] else reciprocals.sum(-1)


def mean(reciprocals: Tensor, positive: Tensor) -> Tensor:
    """The mean reciprocal rank of each list's positives."""
    return reciprocals.sum(-1) / positive.sum(-1).clamp(min=1)


@dataclass(frozen=True)
class Steps:
    """What ApproxMRR is made of."""

    check: Callable[..., None] = check_arguments
    cast: Callable[[Tensor], Tensor] = lists.cast
    clean: Callable[..., tuple[Tensor, Tensor, Tensor]] = lists.clean
    above: Callable[..., Tensor] = soft_ranks.above
    others: Callable[[Tensor], Tensor] = soft_ranks.others
    positive: Callable[..., Tensor] = soft_ranks.positive
    reciprocal: Callable[[Tensor], Tensor] = reciprocal
    best: Callable[..., Tensor] = best
    mean: Callable[..., Tensor] = mean
    finish: Callable[..., Tensor] = soft_ranks.finish
    counted: Callable[..., Tensor] = soft_ranks.counted
    reduce: Callable[..., Tensor] = reduce_units


def build(steps: Steps) -> Loss:
    """The loss that these steps make."""

    def approx_mrr(
        scores: Tensor,
        positives: Tensor,
        *,
        mask: Tensor | None,
        temperature: float,
        several: str,
        form: str,
        nothing_relevant: str,
    ) -> Units:
        """Every step right."""
        own, labels, real = steps.clean(steps.cast(scores), positives, lists.real_items(scores, mask))
        rank = 1 + torch.where(steps.others(real), steps.above(own, temperature), 0).sum(-1)
        positive = steps.positive(labels, real)
        reciprocals = torch.where(positive, steps.reciprocal(rank), 0)
        metric = (steps.best if several == "best" else steps.mean)(reciprocals, positive)
        has_relevant = positive.any(-1)
        values = steps.finish(metric, has_relevant, form, nothing_relevant)
        values = lists.propagate_nan(values, torch.where(real, own, 0))
        return values, steps.counted(has_relevant, nothing_relevant)

    return as_declared(approx_mrr, check=steps.check, reduce=steps.reduce)


approx_mrr = build(Steps())
instead_of = step_replacer(build, Steps())
