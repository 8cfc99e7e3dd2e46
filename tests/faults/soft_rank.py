"""Soft ranks that are wrong."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from tests.faults import arguments, generic, results, sizes, transforms
from tests.faults.fault import seen
from tests.faults.planting import planted_in
from tests.faults.steps import lists
from tests.faults.steps import soft_rank as steps
from tests.faults.steps.soft_rank import instead_of

_TF_RANKING = "https://github.com/tensorflow/ranking/blob/master/tensorflow_ranking/python/utils.py"


@seen(13, "value", "edge.one_item")
@instead_of("others")
def rank_counts_the_item_itself(real: Tensor) -> Tensor:
    """The sum of sigmoids includes the item itself, and the half that it adds is not taken off."""
    return lists.pairs(real)


@seen(13, "value", "examples.two_items", "edge.one_item")
@instead_of("origin")
def first_rank_is_a_half(first_rank: str) -> float:
    """Ranks begin at 1/2, which is right where the sum has the item itself in it, as here it has not."""
    return steps.origin(first_rank) - 0.5


@seen(13, "value", "examples.from_zero")
@instead_of("origin")
def counted_from_one_as_from_zero(first_rank: str) -> int:
    """The two origins are mixed up."""
    return 1 - steps.origin(first_rank)


@seen(17, "value", "gradient", "examples.two_items")
@instead_of("towards_the_first")
def directions_mixed_up(scores: Tensor, direction: str) -> Tensor:
    """The largest score has the largest rank where the smallest is asked for, and the other way round."""
    return -steps.towards_the_first(scores, direction)


@seen(None, "value", "examples.warm", source=_TF_RANKING)
@instead_of("before")
def temperature_multiplied(scores: Tensor, temperature: float) -> Tensor:
    """Differences are multiplied by the temperature, as by the alpha of other libraries."""
    return torch.sigmoid(-lists.differences(scores) * temperature)


@seen(8, "extremes", "edge.saturated")
@instead_of("before")
def ratio_of_exponentials(scores: Tensor, temperature: float) -> Tensor:
    """The pairwise probability is a ratio of exponentials, which overflow."""
    powers = (scores / temperature).exp()
    return powers.unsqueeze(-2) / (powers.unsqueeze(-1) + powers.unsqueeze(-2))


@seen(28, "value", "gradient")
@instead_of("before")
def probabilities_clamped(scores: Tensor, temperature: float) -> Tensor:
    """Pairwise probabilities are clamped at 1e-7, as an epsilon against nothing."""
    return steps.before(scores, temperature).clamp(min=1e-7, max=1 - 1e-7)


@seen(26, "gradient", "value")
@instead_of("before")
def ranks_by_comparison(scores: Tensor, temperature: float) -> Tensor:
    """Ranks are counted by comparison, so that no gradient reaches the scores."""
    return (lists.differences(scores) < 0).to(scores.dtype)


@seen(3, "gradient", "examples.two_items", "second_order")
@instead_of("before")
def own_score_taken_for_a_constant(scores: Tensor, temperature: float) -> Tensor:
    """Each rank is differentiated by the other items' scores alone, and not by that of its own item."""
    return torch.sigmoid((scores.unsqueeze(-2) - scores.detach().unsqueeze(-1)) / temperature)


class _ByOnes(torch.autograd.Function):
    """Ranks whose backward multiplies the gradient of their sum by what reaches each."""

    @staticmethod
    def forward(ctx: Any, leads: Tensor) -> Tensor:
        ctx.save_for_backward(torch.sigmoid(leads))
        return torch.sigmoid(leads)

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> Tensor:
        (chance,) = ctx.saved_tensors
        symmetric = (upstream + upstream.mT) / 2
        return symmetric * chance * (1 - chance)


@seen(30, "gradient", "upstream", "examples.three_items")
@instead_of("before")
def upstream_of_both_items_averaged(scores: Tensor, temperature: float) -> Tensor:
    """What reaches two ranks is averaged, as if the matrix of their derivatives were that of their sum."""
    return _ByOnes.apply(-lists.differences(scores) / temperature)


class _Squashed(torch.autograd.Function):
    """A sigmoid whose backward takes its own output for a constant."""

    @staticmethod
    def forward(ctx: Any, lead: Tensor) -> Tensor:
        ctx.output = torch.sigmoid(lead)
        return ctx.output.clone()

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> Tensor:
        return upstream * ctx.output * (1 - ctx.output)


@seen(21, "second_order")
@instead_of("before")
def sigmoid_differentiable_once(scores: Tensor, temperature: float) -> Tensor:
    """The sigmoid's hand-written backward keeps its output as a number: the second derivative lacks a term."""
    return _Squashed.apply(-lists.differences(scores) / temperature)


@seen(4, "padding", "examples.padded")
@instead_of("finish")
def padding_has_a_rank(ranks: Tensor, scores: Tensor, real: Tensor) -> Tensor:
    """Padding has the first rank, as an item that no other is before."""
    return torch.where(scores.isnan().any(-1, keepdim=True), torch.nan, ranks)


@seen(5, "padding", "examples.padded_mean", source="https://github.com/tensorflow/ranking/issues/359")
@instead_of("counted")
def mean_over_the_padded_width(real: Tensor) -> Tensor:
    """The mean divides by the number of positions, padding among them."""
    return torch.ones_like(real)


@seen(6, "padding")
@instead_of("others", clean=lambda scores, real: torch.where(real, scores, math.log(1e-10)))
def padding_at_a_finite_score(real: Tensor) -> Tensor:
    """Padding gets the score log(1e-10), about -23, and takes part in the ranks."""
    return steps.others(torch.ones_like(real))


@seen(7, "purity.padding_nan")
@instead_of("clean")
def padding_masked_after_the_sigmoid(scores: Tensor, real: Tensor) -> Tensor:
    """Padding is masked after the sigmoid: a NaN there leaves the values finite and makes the gradient NaN."""
    return scores


@seen(33, "edge.nan_score")
@instead_of("finish")
def nan_of_one_list_for_the_batch(ranks: Tensor, scores: Tensor, real: Tensor) -> Tensor:
    """A NaN in one list makes the ranks of all lists NaN, since it is looked for in the whole batch."""
    return torch.where(real, torch.where(scores.isnan().any(), torch.nan, ranks), 0)


globals().update(planted_in(steps, generic, arguments, results, sizes, transforms))
