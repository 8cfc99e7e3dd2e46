"""ApproxMAP as steps, all of them right; a fault puts a wrong one in the place of one of them."""

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


def hit_by_score(scores: Tensor, temperature: float) -> Tensor:
    """At [i, j] how surely j is above i, by their scores."""
    return soft_ranks.above(scores, temperature)


def hit_by_rank(rank: Tensor, temperature: float) -> Tensor:
    """At [i, j] how surely j is above i, by their soft ranks."""
    return torch.sigmoid(lists.differences(rank) / temperature)


def hit_by_comparison(scores: Tensor) -> Tensor:
    """At [i, j] whether j scores at least as much as i."""
    return (lists.differences(scores) <= 0).to(scores.dtype)


def other_positives(positive: Tensor) -> Tensor:
    """True at [i, j] where both are positive and not the same item."""
    return soft_ranks.others(positive)


def precision(found: Tensor, rank: Tensor) -> Tensor:
    """The share of hits down to a soft rank."""
    return found / rank


def average(precisions: Tensor, positive: Tensor) -> Tensor:
    """The mean over each list's positives."""
    return precisions.sum(-1) / positive.sum(-1).clamp(min=1)


@dataclass(frozen=True)
class Steps:
    """What ApproxMAP is made of."""

    check: Callable[..., None] = check_arguments
    cast: Callable[[Tensor], Tensor] = lists.cast
    clean: Callable[..., tuple[Tensor, Tensor, Tensor]] = lists.clean
    above: Callable[..., Tensor] = soft_ranks.above
    others: Callable[[Tensor], Tensor] = soft_ranks.others
    positive: Callable[..., Tensor] = soft_ranks.positive
    hit_by_score: Callable[..., Tensor] = hit_by_score
    hit_by_rank: Callable[..., Tensor] = hit_by_rank
    hit_by_comparison: Callable[[Tensor], Tensor] = hit_by_comparison
    other_positives: Callable[[Tensor], Tensor] = other_positives
    precision: Callable[..., Tensor] = precision
    average: Callable[..., Tensor] = average
    finish: Callable[..., Tensor] = soft_ranks.finish
    counted: Callable[..., Tensor] = soft_ranks.counted
    reduce: Callable[..., Tensor] = reduce_units


def build(steps: Steps) -> Loss:
    """The loss that these steps make."""

    def hit(scores: Tensor, rank: Tensor, hits: str, temperature: float, rank_temperature: float) -> Tensor:
        if hits == "scores":
            return steps.hit_by_score(scores, temperature)
        return steps.hit_by_rank(rank, rank_temperature) if hits == "ranks" else steps.hit_by_comparison(scores)

    def approx_map(
        scores: Tensor,
        positives: Tensor,
        *,
        mask: Tensor | None,
        temperature: float,
        hits: str,
        rank_temperature: float,
        form: str,
        nothing_relevant: str,
    ) -> Units:
        """Every step right."""
        own, labels, real = steps.clean(steps.cast(scores), positives, lists.real_items(scores, mask))
        rank = 1 + torch.where(steps.others(real), steps.above(own, temperature), 0).sum(-1)
        positive = steps.positive(labels, real)
        hit_pairs = hit(own, rank, hits, temperature, rank_temperature)
        found = 1 + torch.where(steps.other_positives(positive), hit_pairs, 0).sum(-1)
        metric = steps.average(torch.where(positive, steps.precision(found, rank), 0), positive)
        has_relevant = positive.any(-1)
        values = steps.finish(metric, has_relevant, form, nothing_relevant)
        values = lists.propagate_nan(values, torch.where(real, own, 0))
        return values, steps.counted(has_relevant, nothing_relevant)

    return as_declared(approx_map, check=steps.check, reduce=steps.reduce)


approx_map = build(Steps())
instead_of = step_replacer(build, Steps())
