"""ListMLE losses that are wrong."""

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
from tests.faults.steps import list_mle as steps
from tests.faults.steps import lists
from tests.faults.steps.list_mle import instead_of

_ALLRANK = "https://github.com/allegro/allRank/blob/master/allrank/models/losses/listMLE.py"
_TF_RANKING = "https://github.com/tensorflow/ranking/blob/master/tensorflow_ranking/python/losses_impl.py"


@seen(16, "value", "examples.graded_list")
@instead_of("comes_before")
def relevance_presumed_sorted(labels: Tensor) -> Tensor:
    """The input is presumed to come in order of relevance."""
    items = labels.shape[-1]
    return torch.ones(items, items, dtype=torch.bool, device=labels.device).tril(-1).expand(*labels.shape, items)


@seen(17, "value", "examples.graded_list")
@instead_of("comes_before")
def least_relevant_first(labels: Tensor) -> Tensor:
    """The order is that of ascending relevance."""
    return steps.comes_before(-labels)


@seen(15, "value", "examples.tied_relevance_in_order")
@instead_of("comes_before")
def ties_from_the_end(labels: Tensor) -> Tensor:
    """Of equally relevant items the later one comes first, as where an ascending sort is reversed."""
    return steps.comes_before(labels.flip(-1)).flip(-1, -2)


@seen(15, "determinism", "value", source=_ALLRANK)
@instead_of("comes_before")
def ties_shuffled(labels: Tensor) -> Tensor:
    """Equally relevant items come in an order that is drawn at each call."""
    own, other = labels.unsqueeze(-1), labels.unsqueeze(-2)
    drawn = torch.rand(labels.shape[-1])
    return (other > own) | (other == own) & (drawn.unsqueeze(-2) < drawn.unsqueeze(-1))


@seen(13, "value", "examples.graded_list")
@instead_of("left")
def nothing_is_removed(before: Tensor, tied: Tensor, real: Tensor) -> Tensor:
    """Every item is chosen among all items, as if chosen ones were put back."""
    return lists.pairs(real)


@seen(16, "value", "examples.graded_list")
@instead_of("left")
def sums_from_the_front(before: Tensor, tied: Tensor, real: Tensor) -> Tensor:
    """The running sum lacks its two reversals: an item is chosen among those before it."""
    itself = torch.eye(real.shape[-1], dtype=torch.bool, device=real.device)
    return (before | itself | tied) & lists.pairs(real)


@seen(15, "value", "examples.tied_relevance_shared", source="https://github.com/havakv/pycox/issues/27")
@instead_of("left")
def ties_compete_in_order(before: Tensor, tied: Tensor, real: Tensor) -> Tensor:
    """Where ties are shared, their sums still run over the later items alone."""
    return ~before & lists.pairs(real)


@seen(4, "padding", "edge.padding_has_no_place", source=_TF_RANKING)
@instead_of("place_weights")
def padding_weighs(place: Tensor, real: Tensor, position_weights: str, k: int | None) -> Tensor:
    """The position weights count the padded length of the list."""
    everything = torch.ones_like(real)
    return torch.where(real, steps.place_weights(place, everything, position_weights, k), 0)


@seen(13, "value", "examples.position_weights")
@instead_of("place_weights")
def weights_one_place_up(place: Tensor, real: Tensor, position_weights: str, k: int | None) -> Tensor:
    """Places counted from 0 are put into a formula that counts from 1: the first weighs 2^n - 1."""
    if position_weights == "none":
        return steps.place_weights(place, real, position_weights, k)
    weights = torch.exp2(real.sum(-1, keepdim=True) - place) - 1
    return torch.where(real & (place < (place.shape[-1] if k is None else k)), weights, 0)


@seen(29, "value", "examples.first_place_alone")
@instead_of("place_weights")
def truncation_ignored(place: Tensor, real: Tensor, position_weights: str, k: int | None) -> Tensor:
    """k is accepted and not used."""
    return steps.place_weights(place, real, position_weights, None)


@seen(29, "value", "examples.first_place_alone", source="https://github.com/karlhigley/ranking-metrics-torch/issues/1")
@instead_of("place_weights")
def truncation_by_the_input(place: Tensor, real: Tensor, position_weights: str, k: int | None) -> Tensor:
    """The first k items of the input count, instead of the first k of the ideal order."""
    weights = steps.place_weights(place, real, position_weights, None)
    return weights if k is None else weights * (torch.arange(place.shape[-1]) < k)


@seen(15, "value", "examples.shared_position_weights")
@instead_of("shared")
def ties_weighted_in_order(weights: Tensor, tied: Tensor, real: Tensor) -> Tensor:
    """Equally relevant items have the weights of their own places, which the order of the input decides."""
    return weights


@seen(2, "edge.weights_of_zero")
@instead_of("normalise")
def weights_divided_by_zero(weights: Tensor, normalization: str) -> Tensor:
    """Weights of 0 are divided by their sum."""
    return weights if normalization == "none" else weights / weights.sum(-1, keepdim=True)


@seen(28, "value", "extremes", "edge.unlikely_tail", source=_ALLRANK)
@instead_of("log_chances")
def epsilon_in_the_logarithm(scores: Tensor, left: Tensor) -> Tensor:
    """1e-10 is added to each sum of exponentials, relative to the highest score of all, against a logarithm of 0."""
    if scores.shape[-1] == 0:
        return scores
    lead = scores - scores.amax(-1, keepdim=True).detach()
    sums = torch.where(left, lead.exp().unsqueeze(-2), 0).sum(-1)
    return lead - (sums + 1e-10).log()


@seen(8, "extremes", "edge.huge_scores_against_the_order")
@instead_of("log_chances")
def quotient_of_exponentials(scores: Tensor, left: Tensor) -> Tensor:
    """The chance is a quotient of exponentials, which overflow."""
    powers = scores.exp()
    return (powers / (left * powers.unsqueeze(-2)).sum(-1).where(left.any(-1), 1)).log().where(left.any(-1), 0)


def _low_scores_in_the_padding(scores: Tensor, labels: Tensor, real: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    return torch.where(real, scores, math.log(1e-10)), torch.where(real, labels, torch.zeros_like(labels)), real


def _padding_left(before: Tensor, tied: Tensor, real: Tensor) -> Tensor:
    return ~before | tied | ~real.unsqueeze(-2)


@seen(6, "padding", source=_TF_RANKING)
@instead_of("left", clean=_low_scores_in_the_padding)
def padding_at_a_finite_score(before: Tensor, tied: Tensor, real: Tensor) -> Tensor:
    """Padding gets the score log(1e-10), about -23, and stays among the items that are left."""
    return _padding_left(before, tied, real)


def _scores_kept(scores: Tensor, labels: Tensor, real: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    return scores, torch.where(real, labels, torch.zeros_like(labels)), real


@seen(7, "purity.padding_nan")
@instead_of("log_chances", clean=_scores_kept)
def padding_masked_by_addition(scores: Tensor, left: Tensor) -> Tensor:
    """A large negative number is added to the scores of the padding: a NaN there stays one."""
    lowest = torch.finfo(scores.dtype).min / 4
    candidates = scores.unsqueeze(-2) + torch.where(left, 0, lowest)
    return torch.log_softmax(candidates, dim=-1).diagonal(dim1=-2, dim2=-1)


@seen(18, "invalid.negative_relevance", source="https://github.com/scikit-learn/scikit-learn/issues/17639")
@instead_of("check")
def negative_relevance_accepted(declared: Arguments, given: Mapping[str, Any], *, validate: bool) -> None:
    """A relevance of -1, padding in other libraries, is the lowest grade."""
    check_arguments(declared, given, validate=False)


globals().update(planted_in(steps, generic, arguments, results, sizes, transforms))
