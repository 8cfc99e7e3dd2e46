"""ApproxMRR losses that are wrong."""

from __future__ import annotations

import functools

import torch
from torch import Tensor

from tests.faults import arguments, generic, results, sizes, soft_ranks, transforms
from tests.faults.fault import seen
from tests.faults.planting import planted_in
from tests.faults.steps import approx_mrr as steps
from tests.faults.steps.approx_mrr import instead_of
from tests.faults.steps.soft_ranks import signed

_TFR = "https://www.tensorflow.org/ranking/api_docs/python/tfr/keras/losses/ApproxMRRLoss"


@seen(5, "value", "examples.mean_of_two", source=_TFR)
@instead_of("mean")
def reciprocals_summed(reciprocals: Tensor, positive: Tensor) -> Tensor:
    """The reciprocal ranks are added up and not divided, as TF-Ranking's documentation, and not its code, says."""
    return reciprocals.sum(-1)


@seen(5, "value", "examples.mean_of_two")
@instead_of("mean")
def mean_over_the_items(reciprocals: Tensor, positive: Tensor) -> Tensor:
    """The sum over the positives is divided by the number of items."""
    return reciprocals.mean(-1)


@seen(2, "edge.nothing_relevant_to_average", source="https://github.com/wildltr/ptranking")
@instead_of("finish", mean=lambda reciprocals, positive: reciprocals.sum(-1) / positive.sum(-1))
def nothing_relevant_divides_by_zero(metric: Tensor, has_relevant: Tensor, form: str, nothing_relevant: str) -> Tensor:
    """A list with nothing relevant is 0 / 0."""
    return signed(metric, form)


@seen(13, "value", "edge.one_item", source="https://github.com/yihong-chen/neural-collaborative-filtering/issues/2")
@instead_of("reciprocal")
def reciprocal_one_too_deep(rank: Tensor) -> Tensor:
    """The rank counts from 1 and 1 is added, as if it counted from 0."""
    return 1 / (1 + rank)


@seen(16, "value", source="https://github.com/wildltr/ptranking/issues/4")
@instead_of("best")
def first_of_the_input(reciprocals: Tensor, positive: Tensor) -> Tensor:
    """The first positive of the input is taken for the first of the ranking."""
    if not reciprocals.shape[-1]:
        return reciprocals.sum(-1)
    first = positive.int().argmax(-1, keepdim=True)
    return reciprocals.gather(-1, first).squeeze(-1)


@seen(17, "value", "examples.best_of_two")
@instead_of("best")
def last_positive(reciprocals: Tensor, positive: Tensor) -> Tensor:
    """The positive that ranks last is taken, by a minimum in place of the maximum."""
    if not reciprocals.shape[-1]:
        return reciprocals.sum(-1)
    lowest = torch.where(positive, reciprocals, 1.0).amin(-1)
    return torch.where(positive.any(-1), lowest, 0)


def _larger(first: Tensor, second: Tensor) -> Tensor:
    difference = torch.where((first > 0) & (second > 0), first - second, 1)
    by_root = (first + second + difference.square().sqrt()) / 2
    return torch.where((first > 0) & (second > 0), by_root, torch.maximum(first, second))


@seen(1, "kink", "ties", source="https://github.com/pytorch/pytorch/issues/6394")
@instead_of("best")
def maximum_by_a_root(reciprocals: Tensor, positive: Tensor) -> Tensor:
    """The larger of two by way of the root of a square, whose gradient is NaN where two positives are tied."""
    if not reciprocals.shape[-1]:
        return reciprocals.sum(-1)
    return functools.reduce(_larger, reciprocals.unbind(-1))


@seen(3, "gradient", "zero_sum")
@instead_of("above")
def higher_items_detached(scores: Tensor, temperature: float) -> Tensor:
    """The items above are constants, as if they belonged to a frozen model."""
    lead = scores.detach().unsqueeze(-2) - scores.unsqueeze(-1)
    return torch.sigmoid(lead / temperature)


globals().update(planted_in(steps, generic, arguments, results, sizes, transforms, soft_ranks))
