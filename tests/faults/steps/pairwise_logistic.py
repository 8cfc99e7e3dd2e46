"""The pairwise logistic loss as steps, all of them right; a fault puts a wrong one in the place of one of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from rankproof.implementations.arguments import check_arguments
from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.reduction import reduce_units
from tests.faults.fault import Loss, step_replacer
from tests.faults.steps import lists


def prefers(relevance: Tensor) -> Tensor:
    """True at [i, j] where i is more relevant than j."""
    return relevance.unsqueeze(-1) > relevance.unsqueeze(-2)


def tied(relevance: Tensor, ties: str) -> Tensor:
    """True at [i, j] where two different items are a pair of target one half."""
    itself = torch.eye(relevance.shape[-1], dtype=torch.bool, device=relevance.device)
    equal = (relevance.unsqueeze(-1) == relevance.unsqueeze(-2)) & ~itself
    return equal if ties == "half" else torch.zeros_like(equal)


def lead(scores: Tensor, temperature: float) -> Tensor:
    """At [i, j] by how many temperatures i leads j."""
    return lists.differences(scores) / temperature


def cost(leads: Tensor) -> Tensor:
    """The negative logarithm of the chance that the first item outranks the second, in nats."""
    return -functional.logsigmoid(leads)


def total(leads: Tensor, weights: Tensor, relevance: Tensor, cost: Callable[[Tensor], Tensor]) -> Tensor:
    """The sum of what the pairs cost."""
    return torch.where(weights > 0, weights * cost(leads), 0).sum((-2, -1))


def to_base(totals: Tensor, base: str) -> Tensor:
    """Nats, or bits."""
    return totals / math.log(2) if base == "two" else totals


def count(weights: Tensor, preferred: Tensor, real: Tensor) -> Tensor:
    """The number of pairs of each list; those of equal relevance stand twice, as halves."""
    return weights.sum((-2, -1))


def divide(totals: Tensor, counts: Tensor, normalization: str) -> tuple[Tensor, Tensor]:
    """Values of the lists, and what each adds to the denominator of the mean."""
    if normalization == "list_pairs":
        totals = totals / counts.clamp(min=1)
    return totals, counts if normalization == "batch_pairs" else torch.ones_like(counts)


@dataclass(frozen=True)
class Steps:
    """What the pairwise logistic loss is made of."""

    check: Callable[..., None] = check_arguments
    cast: Callable[[Tensor], Tensor] = lists.cast
    clean: Callable[..., tuple[Tensor, Tensor, Tensor]] = lists.clean
    prefers: Callable[[Tensor], Tensor] = prefers
    tied: Callable[..., Tensor] = tied
    pairs: Callable[[Tensor], Tensor] = lists.pairs
    lead: Callable[..., Tensor] = lead
    cost: Callable[[Tensor], Tensor] = cost
    total: Callable[..., Tensor] = total
    to_base: Callable[..., Tensor] = to_base
    count: Callable[..., Tensor] = count
    divide: Callable[..., tuple[Tensor, Tensor]] = divide
    reduce: Callable[..., Tensor] = reduce_units


def build(steps: Steps) -> Loss:
    """The loss that these steps make."""

    def pairwise_logistic(
        scores: Tensor,
        relevance: Tensor,
        *,
        mask: Tensor | None,
        temperature: float,
        base: str,
        ties: str,
        normalization: str,
    ) -> Units:
        """Every step right."""
        own, grades, real = steps.clean(steps.cast(scores), relevance, lists.real_items(scores, mask))
        preferred, pairs = steps.prefers(grades), steps.pairs(real)
        weights = (preferred & pairs).to(own.dtype) + 0.5 * (steps.tied(grades, ties) & pairs)
        totals = steps.total(steps.lead(own, temperature), weights, grades, steps.cost)
        counts = steps.count(weights, preferred, real)
        values, denominator = steps.divide(steps.to_base(totals, base), counts, normalization)
        return lists.propagate_nan(values, own), denominator

    return as_declared(pairwise_logistic, check=steps.check, reduce=steps.reduce)


pairwise_logistic = build(Steps())
instead_of = step_replacer(build, Steps())
