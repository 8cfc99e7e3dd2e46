"""Bayesian personalized ranking losses that are wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from rankproof.implementations.checks import check_choice, check_scores
from rankproof.spec.arguments import Arguments
from tests.faults import arguments, generic, results, sizes, transforms
from tests.faults.fault import seen
from tests.faults.planting import planted_in
from tests.faults.steps import bpr as steps
from tests.faults.steps.bpr import instead_of

_RECBOLE = "https://github.com/RUCAIBox/RecBole/blob/master/recbole/model/loss.py"
_SPOTLIGHT = "https://github.com/maciejkula/spotlight/issues/185"


@seen(9, "extremes", "edge.huge")
@instead_of("logarithm")
def log_of_sigmoid(leads: Tensor) -> Tensor:
    """The logarithm of a sigmoid that has underflowed to 0 is minus infinity."""
    return -torch.sigmoid(leads).log()


@seen(9, "value", "extremes", "edge.beyond_an_epsilon", source=_RECBOLE)
@instead_of("logarithm")
def log_of_sigmoid_with_epsilon(leads: Tensor) -> Tensor:
    """1e-10 is added to the sigmoid, so that no pair costs more than 23 and the worst have no gradient."""
    return -(torch.sigmoid(leads) + 1e-10).log()


@seen(9, "extremes", source="https://github.com/maciejkula/triplet_recommendations_keras/issues/1")
@instead_of("logarithm")
def log_of_clamped_sigmoid(leads: Tensor) -> Tensor:
    """The sigmoid is clamped away from 0, where its gradient stops."""
    return -torch.sigmoid(leads).clamp(min=1e-12).log()


@seen(8, "extremes", "edge.huge", source="https://github.com/quora/qmf/issues/27")
@instead_of("logarithm")
def exponential_of_the_lead(leads: Tensor) -> Tensor:
    """log(1 + exp(-x)) as it is written overflows at a difference of 1000."""
    return (1 + (-leads).exp()).log()


@seen(None, "edge.past_a_threshold", source="https://docs.pytorch.org/docs/stable/generated/torch.nn.Softplus.html")
@instead_of("logarithm")
def softplus_linear_from_twenty(leads: Tensor) -> Tensor:
    """torch's softplus with its default threshold leaves out the exponential from 20 on, which float64 can tell."""
    return functional.softplus(-leads)


@seen(
    None,
    "gradient",
    "edge.all_tied",
    source="https://github.com/keras-team/keras-rs/blob/main/keras_rs/src/losses/pairwise_logistic_loss.py",
)
@instead_of("logarithm")
def no_gradient_at_a_tie(leads: Tensor) -> Tensor:
    """The stable form by relu and the absolute value, whose gradients at equal scores torch takes for 0."""
    return torch.relu(-leads) + torch.log1p(torch.exp(-leads.abs()))


@seen(31, "value", "examples.three_pairs", source=_SPOTLIGHT)
@instead_of("logarithm")
def logarithm_left_out(leads: Tensor) -> Tensor:
    """The chance of the wrong order, whatever the form."""
    return steps.opposite(leads)


@seen(31, "value", "examples.without_the_logarithm")
@instead_of("opposite")
def form_ignored(leads: Tensor) -> Tensor:
    """The logarithm, whatever the form."""
    return steps.logarithm(leads)


@seen(17, "value", "gradient", source="https://github.com/kuandeng/LightGCN/issues/20")
@instead_of("opposite")
def chance_of_the_right_order(leads: Tensor) -> Tensor:
    """The chance of the right order is minimised."""
    return torch.sigmoid(leads)


@seen(17, "value", "gradient")
@instead_of("lead")
def sign_flipped(positive_scores: Tensor, negative_scores: Tensor) -> Tensor:
    """The negative item is to be preferred."""
    return negative_scores - positive_scores


@seen(3, "gradient", "zero_sum")
@instead_of("lead")
def negatives_detached(positive_scores: Tensor, negative_scores: Tensor) -> Tensor:
    """The scores of the negatives are constants, so that nothing pushes them down."""
    return positive_scores - negative_scores.detach()


@seen(25, "cost", source="https://github.com/pytorch/pytorch/issues/42864", dtype="float32")
@instead_of("lead")
def diagonal_of_all_pairs(positive_scores: Tensor, negative_scores: Tensor) -> Tensor:
    """The leads of all N x N pairs are formed, and their diagonal is taken."""
    return (positive_scores.unsqueeze(-1) - negative_scores.unsqueeze(-2)).diagonal(dim1=-2, dim2=-1)


@seen(12, "invalid.column_against_row")
@instead_of("check")
def shapes_broadcast(declared: Arguments, given: Mapping[str, Any], *, validate: bool) -> None:
    """Shapes that differ broadcast: a column against a row makes all pairs."""
    for name in ("positive_scores", "negative_scores"):
        check_scores(name, given[name], "[..., n]")
    check_choice("form", given["form"], ("log_sigmoid", "one_minus_sigmoid"))
    check_choice("reduction", given["reduction"], ("none", "sum", "mean"))


class _Squashed(torch.autograd.Function):
    """The loss with a hand-written backward that takes the sigmoid for a constant."""

    @staticmethod
    def forward(ctx: Any, leads: Tensor) -> Tensor:
        ctx.falls = torch.sigmoid(-leads)
        return -functional.logsigmoid(leads)

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> Tensor:
        return -upstream * ctx.falls


@seen(21, "second_order")
@instead_of("logarithm")
def differentiable_once(leads: Tensor) -> Tensor:
    """The hand-written backward keeps the sigmoid as a number: the second derivative is 0."""
    return _Squashed.apply(leads)


globals().update(planted_in(steps, generic, arguments, results, sizes, transforms))
