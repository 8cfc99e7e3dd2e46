"""Plackett-Luce likelihoods that are wrong."""

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
from tests.faults.steps import lists
from tests.faults.steps import plackett_luce as steps
from tests.faults.steps.plackett_luce import instead_of

_ALLRANK = "https://github.com/allegro/allRank/blob/master/allrank/models/losses/listMLE.py"
_INVERSE = "https://github.com/numpy/numpy/issues/22020"


@seen(31, "value", "examples.by_a_permutation")
@instead_of("in_order")
def permutation_ignored(values: Tensor, permutation: Tensor | None) -> Tensor:
    """The permutation is accepted and not used: the order of the list counts."""
    return values


@seen(None, "value", "examples.by_a_permutation", source=_INVERSE)
@instead_of("in_order")
def place_of_each_item(values: Tensor, permutation: Tensor | None) -> Tensor:
    """The permutation is taken the other way round, as the place of each item."""
    return steps.in_order(values, None if permutation is None else permutation.argsort(-1))


@seen(27, "batching", "examples.orders_of_their_own", source=_ALLRANK)
@instead_of("in_order")
def order_of_the_first_list(values: Tensor, permutation: Tensor | None) -> Tensor:
    """The permutation of the first list serves the whole batch."""
    if permutation is None or permutation.numel() == 0:
        return values
    return values[..., permutation.reshape(-1, permutation.shape[-1])[0].long()]


@seen(13, "value", "examples.in_the_given_order")
@instead_of("left")
def chosen_item_not_left(real: Tensor) -> Tensor:
    """The items that are left at a place begin after the one that is chosen there, but for the last."""
    kept = steps.left(real)
    items = real.shape[-1]
    itself = torch.eye(items, dtype=torch.bool, device=real.device)
    return kept & (~itself | (kept.sum(-1, keepdim=True) == 1))


@seen(13, "value", "examples.in_the_given_order")
@instead_of("left")
def nothing_is_removed(real: Tensor) -> Tensor:
    """Every place chooses among all items, as if chosen ones were put back."""
    return lists.pairs(real)


@seen(16, "value", "examples.in_the_given_order")
@instead_of("left")
def sums_from_the_front(real: Tensor) -> Tensor:
    """The running sum lacks its two reversals: a place chooses among the items up to it."""
    return lists.pairs(real) & torch.ones(real.shape[-1], real.shape[-1], dtype=torch.bool).tril()


@seen(8, "extremes", "edge.huge_scores_against_the_order")
@instead_of("log_chances")
def quotient_of_exponentials(ordered: Tensor, left: Tensor) -> Tensor:
    """The chance is a quotient of exponentials, which overflow."""
    powers = ordered.exp()
    return (powers / (left * powers.unsqueeze(-2)).sum(-1).where(left.any(-1), 1)).log().where(left.any(-1), 0)


@seen(28, "value", "extremes", "edge.unlikely_tail", source=_ALLRANK)
@instead_of("log_chances")
def epsilon_in_the_logarithm(ordered: Tensor, left: Tensor) -> Tensor:
    """1e-10 is added to each sum of exponentials, relative to the highest score of all, against a logarithm of 0."""
    if ordered.shape[-1] == 0:
        return ordered
    lead = ordered - ordered.amax(-1, keepdim=True).detach()
    sums = torch.where(left, lead.exp().unsqueeze(-2), 0).sum(-1)
    return lead - (sums + 1e-10).log()


def _all_from_each_place_on(real: Tensor) -> Tensor:
    items = real.shape[-1]
    return torch.ones(items, items, dtype=torch.bool, device=real.device).triu().expand(*real.shape, items)


@seen(4, "padding")
@instead_of("left")
def padding_is_left(real: Tensor) -> Tensor:
    """Padding stays among the items that are left, with a score of 0."""
    return _all_from_each_place_on(real)


def _low_scores_in_the_padding(scores: Tensor, real: Tensor) -> tuple[Tensor, Tensor]:
    return torch.where(real, scores, math.log(1e-10)), real


@seen(6, "padding", source="https://github.com/tensorflow/ranking/blob/master/tensorflow_ranking/python/losses_impl.py")
@instead_of("left", clean=_low_scores_in_the_padding)
def padding_at_a_finite_score(real: Tensor) -> Tensor:
    """Padding gets the score log(1e-10), about -23, and stays among the items that are left."""
    return _all_from_each_place_on(real)


@seen(7, "purity.padding_nan")
@instead_of("log_chances", clean=lambda scores, real: (scores, real))
def padding_masked_by_addition(ordered: Tensor, left: Tensor) -> Tensor:
    """A large negative number is added to the scores of the padding: a NaN there stays one."""
    lowest = torch.finfo(ordered.dtype).min / 4
    candidates = ordered.unsqueeze(-2) + torch.where(left, 0, lowest)
    return torch.log_softmax(candidates, dim=-1).diagonal(dim1=-2, dim2=-1)


@seen(4, "padding", "examples.padding_in_the_permutation")
@instead_of("total")
def padding_is_chosen(chances: Tensor, real: Tensor) -> Tensor:
    """Places that point to padding are not passed over."""
    return chances.sum(-1)


@seen(5, "value")
@instead_of("total")
def mean_over_the_places(chances: Tensor, real: Tensor) -> Tensor:
    """The logarithms are averaged over the places instead of added up."""
    return steps.total(chances, real) / real.sum(-1).clamp(min=1)


@seen(17, "value", "gradient")
@instead_of("finish")
def sign_flipped(logarithm: Tensor, form: str) -> Tensor:
    """log P and -log P are taken for each other."""
    return steps.finish(logarithm if form == "probability" else -logarithm, form)


@seen(None, "value", source="https://github.com/NTMC-Community/MatchZoo/issues/448")
@instead_of("finish")
def binary_logarithm(logarithm: Tensor, form: str) -> Tensor:
    """The logarithm is binary."""
    return logarithm.exp() if form == "probability" else steps.finish(logarithm / math.log(2), form)


@seen(2, "edge.nothing_is_certain")
@instead_of("finish")
def empty_list_impossible(logarithm: Tensor, form: str) -> Tensor:
    """A list without items is given the probability 0 of a missing result instead of the 1 of an empty product."""
    return steps.finish(logarithm, form) * (logarithm != 0) if form == "probability" else steps.finish(logarithm, form)


def _around_the_end(values: Tensor, permutation: Tensor | None) -> Tensor:
    return steps.in_order(values, None if permutation is None else permutation % values.shape[-1])


@seen(18, "invalid.repeated_position", "invalid.position_outside")
@instead_of("check", in_order=_around_the_end)
def positions_not_checked(declared: Arguments, given: Mapping[str, Any], *, validate: bool) -> None:
    """An item may come twice, and positions wrap around the end of the list."""
    check_arguments(declared, given, validate=False)


globals().update(planted_in(steps, generic, arguments, results, sizes, transforms))
