"""Expected rank losses that are wrong."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from rankproof.implementations.arguments import check_arguments
from rankproof.spec.arguments import Arguments
from tests.faults import arguments, generic, results, sizes, transforms
from tests.faults.fault import seen
from tests.faults.planting import planted_in
from tests.faults.steps import expected_rank as steps
from tests.faults.steps import lists
from tests.faults.steps.expected_rank import instead_of


@seen(13, "value", "edge.one_item")
@instead_of("others")
def rank_counts_the_item_itself(real: Tensor) -> Tensor:
    """The sum of chances includes the item itself, so that every rank is one half too large."""
    return lists.pairs(real)


@seen(13, "value", "examples.from_zero")
@instead_of("origin")
def counted_from_one_as_from_zero(first_rank: str) -> float:
    """The two origins are mixed up."""
    return 1 - steps.origin(first_rank)


@seen(17, "value", "gradient", "examples.two_items")
@instead_of("before")
def ranks_from_below(scores: Tensor) -> Tensor:
    """The difference is taken the wrong way round, so that the lowest score has rank 1."""
    return torch.sigmoid(lists.differences(scores))


@seen(8, "extremes", "edge.saturated")
@instead_of("before")
def ratio_of_exponentials(scores: Tensor) -> Tensor:
    """The chance of an order is a ratio of exponentials, which overflow."""
    powers = scores.exp()
    return powers.unsqueeze(-2) / (powers.unsqueeze(-1) + powers.unsqueeze(-2))


@seen(28, "value", "gradient")
@instead_of("before")
def ratio_with_an_epsilon(scores: Tensor) -> Tensor:
    """1e-8 is added to the denominator of the chance, as stability."""
    powers = (scores - scores.detach().amax(-1, keepdim=True) if scores.shape[-1] else scores).exp()
    return powers.unsqueeze(-2) / (powers.unsqueeze(-1) + powers.unsqueeze(-2) + 1e-8)


@seen(26, "gradient", "value")
@instead_of("before")
def ranks_by_comparison(scores: Tensor) -> Tensor:
    """Ranks are counted by comparison, so that no gradient reaches the scores."""
    return (lists.differences(scores) < 0).to(scores.dtype)


@seen(5, "examples.mean_over_items", "padding", source="https://github.com/tensorflow/ranking/issues/359")
@instead_of("shared_by")
def mean_over_the_padded_width(real: Tensor, normalization: str) -> Tensor:
    """The mean over the items divides by the padded width."""
    return steps.shared_by(torch.ones_like(real), normalization)


@seen(2, "edge.empty_list")
@instead_of("shared_by")
def mean_over_no_item(real: Tensor, normalization: str) -> Tensor:
    """The mean over the items of an empty list is 0 / 0."""
    return real.sum(-1) if normalization == "items" else steps.shared_by(real, normalization)


@seen(1, "edge.tied_targets")
@instead_of("distance_of")
def root_of_the_square(excess: Tensor, distance: str) -> Tensor:
    """The absolute difference is the root of its square, whose gradient at 0 is NaN."""
    return excess.square().sqrt() if distance == "l1" else excess.square().sqrt().square()


@seen(6, "padding")
@instead_of("others", clean=lambda scores, labels, real: (torch.where(real, scores, math.log(1e-10)), labels, real))
def padding_at_a_finite_score(real: Tensor) -> Tensor:
    """Padding gets the score log(1e-10), about -23, and takes part in the ranks."""
    return steps.others(torch.ones_like(real))


@seen(7, "purity.padding_nan")
@instead_of("clean")
def padding_masked_after_the_sigmoid(scores: Tensor, labels: Tensor, real: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Padding is masked after the sigmoid: a NaN there leaves the value finite and makes the gradient NaN."""
    return scores, labels, real


@seen(18, "invalid.negative_rank")
@instead_of("check")
def negative_rank_accepted(declared: Arguments, given: Mapping[str, Any], *, validate: bool) -> None:
    """A rank of -1, padding in other libraries, is a target like any other."""
    check_arguments(declared, given, validate=False)


globals().update(planted_in(steps, generic, arguments, results, sizes, transforms))
