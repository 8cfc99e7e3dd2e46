"""ApproxRecall losses that are wrong."""

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
from tests.faults.steps import approx_recall as steps
from tests.faults.steps.approx_recall import instead_of
from tests.faults.steps.soft_ranks import signed


@seen(29, "value", source="https://github.com/lightgbm-org/LightGBM/issues/3420")
@instead_of("last")
def truncation_ignored(k: int, cutoff: str) -> float:
    """k is accepted and not used."""
    return steps.last(10, cutoff)


@seen(13, "value", "examples.tied_with_a_negative")
@instead_of("last")
def one_rank_too_many(k: int, cutoff: str) -> float:
    """Ranks are taken to count from 0, so that k + 1 of them count."""
    return steps.last(k + 1, cutoff)


@seen(29, "value", "gradient")
@instead_of("inside")
def hard_cutoff(rank: Tensor, place: float, temperature: float) -> Tensor:
    """The cutoff is a comparison, through which no gradient flows."""
    return (rank < place).to(rank.dtype)


@seen(17, "value", "gradient")
@instead_of("inside")
def the_ranks_past_the_cutoff(rank: Tensor, place: float, temperature: float) -> Tensor:
    """The difference is taken the wrong way round, so that what is past the cutoff counts."""
    return torch.sigmoid((rank - place) / temperature)


@seen(8, "value", "examples.tied_with_a_negative", source="https://github.com/yash0307/RecallatK_surrogate")
@instead_of("inside")
def cutoff_temperature_multiplied(rank: Tensor, place: float, temperature: float) -> Tensor:
    """The difference of ranks is multiplied by the temperature."""
    return torch.sigmoid((place - rank) * temperature)


@seen(5, "value", "examples.three_for_one_rank")
@instead_of("divisor")
def divided_by_k(positive: Tensor, k: int, normalization: str) -> Tensor:
    """What is found is divided by k, which makes it the precision."""
    return torch.full_like(positive.sum(-1), k)


@seen(5, "value", "examples.as_many_as_one_rank_holds")
@instead_of("divisor")
def the_larger_of_both(positive: Tensor, k: int, normalization: str) -> Tensor:
    """The larger of k and the number of positives is taken for the smaller."""
    count = positive.sum(-1)
    return count if normalization == "positives" else count.clamp(min=k)


@seen(2, "edge.nothing_relevant", source="https://github.com/wildltr/ptranking")
@instead_of("finish", divide=lambda found, count: found / count)
def nothing_relevant_divides_by_zero(metric: Tensor, has_relevant: Tensor, form: str, nothing_relevant: str) -> Tensor:
    """A list with nothing relevant is 0 / 0."""
    return signed(metric, form)


@seen(28, "value")
@instead_of("divide")
def epsilon_in_the_number(found: Tensor, count: Tensor) -> Tensor:
    """1e-8 is added to the number of positives, against a division by 0."""
    return found / (count.to(found.dtype) + 1e-8)


@seen(18, "invalid.zero_cutoff_temperature")
@instead_of("check")
def cutoff_temperature_not_checked(declared: Arguments, given: Mapping[str, Any], *, validate: bool) -> None:
    """A cutoff temperature of 0 divides, and the cutoff comes out hard or NaN."""
    check_arguments(declared, {**given, "cutoff_temperature": 1.0}, validate=validate)


globals().update(planted_in(steps, generic, arguments, results, sizes, transforms, soft_ranks))
