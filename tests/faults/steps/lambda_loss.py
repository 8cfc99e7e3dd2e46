"""LambdaLoss as steps, all of them right; a fault puts a wrong one in the place of one of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid

from rankproof.implementations.arguments import check_arguments
from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.reduction import reduce_units
from tests.faults.fault import Loss, step_replacer
from tests.faults.steps import lists


def ranks_of(scores: Tensor, labels: Tensor, real: Tensor) -> Tensor:
    """1 and the number of real items above each; of equal scores the first in the list is above."""
    places = torch.arange(scores.shape[-1], device=scores.device)
    lead = lists.differences(scores.detach())
    above = (lead < 0) | ((lead == 0) & (places < places.unsqueeze(-1)))
    return 1 + (above & lists.pairs(real)).sum(-1)


def gain_of(relevance: Tensor, gain: str) -> Tensor:
    """2^y - 1, or y."""
    if gain == "linear" or relevance.shape[-1] == 0:
        return relevance
    largest = relevance.amax(-1, keepdim=True)  # over the gain of which all are taken, so that none overflows
    return torch.exp2(relevance - largest) - torch.exp2(-largest)


def discount(rank: Tensor) -> Tensor:
    """What a gain at this rank is divided by."""
    return torch.log2(1 + rank)


def ideal_dcg(gains: Tensor, scores: Tensor, labels: Tensor, k: int | None) -> Tensor:
    """The best DCG that these gains allow."""
    best = gains.sort(-1, descending=True).values[..., :k]
    return (best / torch.log2(torch.arange(best.shape[-1], dtype=gains.dtype, device=gains.device) + 2)).sum(-1)


def normalise(gains: Tensor, ideal: Tensor) -> Tensor:
    """Gains over the ideal DCG, where there is something relevant."""
    return gains / torch.where(ideal > 0, ideal, 1).unsqueeze(-1)


def prefers(labels: Tensor, weighting: str) -> Tensor:
    """True at [i, j] where i is more relevant than j; NDCG-Loss1 compares all."""
    if weighting == "ndcg_loss1":
        return torch.ones((*labels.shape, labels.shape[-1]), dtype=torch.bool, device=labels.device)
    return labels.unsqueeze(-1) > labels.unsqueeze(-2)


def within(ranks: Tensor, k: int | None, truncation: str) -> Tensor:
    """True at [i, j] where both, or either, is among the first k."""
    inside = ranks <= (ranks.shape[-1] if k is None else k)
    first, second = inside.unsqueeze(-1), inside.unsqueeze(-2)
    return first & second if truncation == "both" else first | second


def gaps_of(ranks: Tensor) -> Tensor:
    """How far the ranks of a pair lie apart; 1 for an item and itself, which do not count."""
    return (ranks.unsqueeze(-1) - ranks.unsqueeze(-2)).abs().clamp(min=1)


def mix(swap: Tensor, bound: Tensor, weighting: str, mu: float) -> Tensor:
    """The change of discount that a weighting takes."""
    return swap if weighting == "lambda_rank" else bound if weighting == "ndcg_loss2" else swap + mu * bound


def leads_of(scores: Tensor) -> Tensor:
    """At [i, j] the score of i minus that of j, 0 at an item and itself whatever its score."""
    itself = torch.eye(scores.shape[-1], dtype=torch.bool, device=scores.device)
    return torch.where(itself, 0, lists.differences(scores))


def cost(lead: Tensor, sigma: float) -> Tensor:
    """The logistic loss of a lead."""
    return -logsigmoid(sigma * lead)


def total(weights: Tensor, costs: Tensor, counted: Tensor) -> Tensor:
    """The weighted sum over the pairs that count."""
    return torch.where(counted, weights * costs, 0).sum((-2, -1))


def in_base(values: Tensor, base: str) -> Tensor:
    """Natural logarithms as such, or as binary ones."""
    return values / math.log(2) if base == "two" else values


def scaled(values: Tensor, real: Tensor, scaling: str) -> Tensor:
    """The loss of each list, or that times its size."""
    return values * real.sum(-1) if scaling == "list_size" else values


@dataclass(frozen=True)
class Steps:
    """What LambdaLoss is made of."""

    check: Callable[..., None] = check_arguments
    cast: Callable[[Tensor], Tensor] = lists.cast
    clean: Callable[..., tuple[Tensor, Tensor, Tensor]] = lists.clean
    ranks_of: Callable[..., Tensor] = ranks_of
    gain_of: Callable[..., Tensor] = gain_of
    discount: Callable[[Tensor], Tensor] = discount
    ideal_dcg: Callable[..., Tensor] = ideal_dcg
    normalise: Callable[..., Tensor] = normalise
    prefers: Callable[..., Tensor] = prefers
    within: Callable[..., Tensor] = within
    gaps_of: Callable[[Tensor], Tensor] = gaps_of
    mix: Callable[..., Tensor] = mix
    leads_of: Callable[[Tensor], Tensor] = leads_of
    cost: Callable[..., Tensor] = cost
    total: Callable[..., Tensor] = total
    in_base: Callable[..., Tensor] = in_base
    scaled: Callable[..., Tensor] = scaled
    propagate_nan: Callable[..., Tensor] = lists.propagate_nan
    reduce: Callable[..., Tensor] = reduce_units


def build(steps: Steps) -> Loss:
    """The loss that these steps make."""

    def lambda_loss(
        scores: Tensor,
        relevance: Tensor,
        *,
        mask: Tensor | None,
        weighting: str,
        mu: float,
        sigma: float,
        gain: str,
        base: str,
        k: int | None,
        truncation: str,
        scaling: str,
    ) -> Units:
        """Every step right."""
        own, labels, real = steps.clean(steps.cast(scores), relevance, lists.real_items(scores, mask))
        ranks = steps.ranks_of(own, labels, real)
        gains = steps.gain_of(labels.to(own.dtype), gain)
        shares = steps.normalise(gains, steps.ideal_dcg(gains, own, labels, k))
        inverse = 1 / steps.discount(ranks.to(own.dtype))
        if truncation == "metric" and k is not None:
            inverse = torch.where(ranks <= k, inverse, 0)
        if weighting == "ndcg_loss1":
            weights = (shares * inverse).unsqueeze(-1)
        else:
            swap = (inverse.unsqueeze(-1) - inverse.unsqueeze(-2)).abs()
            gaps = steps.gaps_of(ranks).to(own.dtype)
            bound = 1 / torch.log2(1 + gaps) - 1 / torch.log2(2 + gaps)
            weights = lists.differences(shares).abs() * steps.mix(swap, bound, weighting, mu)
        counted = steps.prefers(labels, weighting) & steps.within(ranks, k, truncation) & lists.pairs(real)
        values = steps.total(weights, steps.cost(steps.leads_of(own), sigma), counted)
        values = steps.scaled(steps.in_base(values, base), real, scaling)
        return steps.propagate_nan(values, torch.where(real, own, 0))

    return as_declared(lambda_loss, check=steps.check, reduce=steps.reduce)


lambda_loss = build(Steps())
instead_of = step_replacer(build, Steps())
