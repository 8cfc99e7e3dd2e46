"""ApproxMAP losses that are wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from rankproof.implementations.arguments import check_arguments
from rankproof.spec.arguments import Arguments
from tests.faults import arguments, generic, results, sizes, soft_ranks, transforms
from tests.faults.fault import seen
from tests.faults.planting import planted_in
from tests.faults.steps import approx_map as steps
from tests.faults.steps import lists
from tests.faults.steps.approx_map import instead_of
from tests.faults.steps.soft_ranks import others, signed


@seen(13, "value", "edge.one_item")
@instead_of("other_positives")
def hits_count_the_positive_twice(positive: Tensor) -> Tensor:
    """A positive is a hit above itself by one half, besides the 1 that it counts."""
    return lists.pairs(positive)


@seen(13, "value", "examples.tied_with_a_negative")
@instead_of("precision")
def the_positive_is_no_hit(found: Tensor, rank: Tensor) -> Tensor:
    """Only the hits above a positive are counted, without the positive itself."""
    return (found - 1) / rank


@seen(16, "value", "examples.tied_by_scores")
@instead_of("other_positives")
def every_item_a_hit(positive: Tensor) -> Tensor:
    """The hits are counted among all items, so that every precision is 1 but for the padding."""
    return others(torch.ones_like(positive))


@seen(5, "value")
@instead_of("average")
def averaged_over_the_items(precisions: Tensor, positive: Tensor) -> Tensor:
    """The sum over the positives is divided by the number of items."""
    return precisions.sum(-1) / max(1, precisions.shape[-1])


@seen(2, "edge.nothing_relevant", source="https://github.com/wildltr/ptranking")
@instead_of("finish", average=lambda precisions, positive: precisions.sum(-1) / positive.sum(-1))
def nothing_relevant_divides_by_zero(metric: Tensor, has_relevant: Tensor, form: str, nothing_relevant: str) -> Tensor:
    """A list with nothing relevant is 0 / 0."""
    return signed(metric, form)


@seen(28, "value")
@instead_of("average")
def epsilon_in_the_number(precisions: Tensor, positive: Tensor) -> Tensor:
    """1e-8 is added to the number of positives, against a division by 0."""
    return precisions.sum(-1) / (positive.sum(-1).to(precisions.dtype) + 1e-8)


@seen(3, "gradient")
@instead_of("hit_by_score")
def hits_detached(scores: Tensor, temperature: float) -> Tensor:
    """The hits are taken for constants: the value is right, and the gradient that of the ranks alone."""
    return steps.hit_by_score(scores.detach(), temperature)


@seen(17, "value", "gradient", "examples.apart_by_ranks")
@instead_of("hit_by_rank")
def larger_ranks_above(rank: Tensor, temperature: float) -> Tensor:
    """The larger of two ranks is taken for the one above."""
    return steps.hit_by_rank(-rank, temperature)


@seen(15, "examples.hard_hits", source="https://github.com/Lightning-AI/torchmetrics/issues/2031")
@instead_of("hit_by_comparison")
def tied_hits_left_out(scores: Tensor) -> Tensor:
    """Of tied positives neither is above the other."""
    return (lists.differences(scores) < 0).to(scores.dtype)


@seen(18, "invalid.zero_rank_temperature")
@instead_of("check")
def rank_temperature_not_checked(declared: Arguments, given: Mapping[str, Any], *, validate: bool) -> None:
    """A rank temperature of 0 divides, and the hits come out hard or NaN."""
    check_arguments(declared, {**given, "rank_temperature": 1.0}, validate=validate)


globals().update(planted_in(steps, generic, arguments, results, sizes, transforms, soft_ranks))
