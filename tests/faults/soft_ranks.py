"""Wrong steps of soft ranks with binary labels, planted in every metric that has such a step."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from rankproof.implementations.arguments import check_arguments
from rankproof.spec.arguments import Arguments
from tests.faults.planting import in_every
from tests.faults.steps import lists
from tests.faults.steps.soft_ranks import signed

_ALLRANK = "https://github.com/allegro/allRank/blob/master/allrank/models/losses/approxNDCG.py"


@in_every("others", 13, "value", "edge.one_item", unless=("relevance",))
def rank_counts_the_item_itself(members: Tensor) -> Tensor:
    """The sum of sigmoids includes the item itself, so that every rank is one half too large."""
    return lists.pairs(members)


@in_every(
    "above",
    None,
    "value",
    unless=("relevance",),
    source="https://github.com/tensorflow/ranking/blob/master/tensorflow_ranking/python/losses.py",
)
def temperature_multiplied(scores: Tensor, temperature: float) -> Tensor:
    """Differences are multiplied by the temperature, as by the alpha of other libraries."""
    return torch.sigmoid(-lists.differences(scores) * temperature)


@in_every("above", 17, "value", "gradient", unless=("relevance",))
def ranks_from_below(scores: Tensor, temperature: float) -> Tensor:
    """The difference is taken the wrong way round, so that the lowest score has rank 1."""
    return torch.sigmoid(lists.differences(scores) / temperature)


@in_every("above", 8, "extremes", "edge.saturated", unless=("relevance",))
def ratio_of_exponentials(scores: Tensor, temperature: float) -> Tensor:
    """The pairwise probability is a ratio of exponentials, which overflow."""
    powers = (scores / temperature).exp()
    return powers.unsqueeze(-2) / (powers.unsqueeze(-1) + powers.unsqueeze(-2))


@in_every(
    "above", 28, "gradient", "extremes", unless=("relevance",), source="https://github.com/Andrew-Brown1/Smooth_AP"
)
def exponent_clamped(scores: Tensor, temperature: float) -> Tensor:
    """Differences over the temperature are clamped for stability, here to [-5, 5]: what lies beyond has no gradient."""
    return torch.sigmoid((-lists.differences(scores) / temperature).clamp(-5, 5))


@in_every("above", 26, "gradient", "value", unless=("relevance",))
def ranks_by_argsort(scores: Tensor, temperature: float) -> Tensor:
    """Ranks are counted by comparison, so that no gradient reaches the scores."""
    return (lists.differences(scores) < 0).to(scores.dtype)


class _Squashed(torch.autograd.Function):
    """A sigmoid whose backward takes its own output for a constant."""

    @staticmethod
    def forward(ctx: Any, lead: Tensor) -> Tensor:
        ctx.output = torch.sigmoid(lead)
        return ctx.output.clone()

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> Tensor:
        return upstream * ctx.output * (1 - ctx.output)


@in_every("above", 21, "second_order", unless=("relevance",))
def sigmoid_differentiable_once(scores: Tensor, temperature: float) -> Tensor:
    """The sigmoid's hand-written backward keeps its output as a number: the second derivative lacks a term."""
    return _Squashed.apply(-lists.differences(scores) / temperature)


@in_every("positive", 16, "value")
def every_item_positive(labels: Tensor, real: Tensor) -> Tensor:
    """The labels are not looked at."""
    return real


@in_every("finish", 2, "edge.nothing_relevant_is_perfect", unless=("relevance",))
def nothing_relevant_is_zero(metric: Tensor, has_relevant: Tensor, form: str, nothing_relevant: str) -> Tensor:
    """A list with nothing relevant has a loss of 0, whatever form and convention are."""
    return torch.where(has_relevant, signed(metric, form), 0)


@in_every("counted", 5, "examples.skipped_list", unless=("relevance",), source=_ALLRANK)
def skipped_list_counted(has_relevant: Tensor, nothing_relevant: str) -> Tensor:
    """A list that is skipped still counts in the mean's denominator."""
    return torch.ones_like(has_relevant, dtype=torch.long)


@in_every("clean", 7, "purity.padding_nan", needs=("positives", "temperature"))
def padding_masked_after_the_sigmoid(scores: Tensor, labels: Tensor, real: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Padding is masked after the sigmoid: a NaN there leaves the value finite and makes the gradient NaN."""
    return scores, labels * real, real


@in_every("clean", 6, "padding", needs=("positives", "temperature"))
def padding_at_a_finite_score(scores: Tensor, labels: Tensor, real: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Padding gets the score log(1e-10), about -23, and takes part in the ranks."""
    return torch.where(real, scores, math.log(1e-10)), labels * real, torch.ones_like(real)


@in_every("check", 18, "invalid.zero_temperature", needs=("positives", "temperature"))
def temperature_not_checked(declared: Arguments, given: Mapping[str, Any], *, validate: bool) -> None:
    """A temperature of 0 divides, and ranks come out hard or NaN."""
    check_arguments(declared, {**given, "temperature": 1.0}, validate=validate)
