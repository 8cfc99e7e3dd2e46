"""The pairwise hinge as steps, all of them right; a fault puts a wrong one in the place of one of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from rankproof.implementations.arguments import check_arguments
from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.reduction import reduce_units
from tests.faults.fault import Loss, step_replacer
from tests.faults.steps import lists


def prefers(relevance: Tensor) -> Tensor:
    """True at [i, j] where i is more relevant than j."""
    return relevance.unsqueeze(-1) > relevance.unsqueeze(-2)


def eligible(candidate: Tensor, scores: Tensor, negatives: str) -> Tensor:
    """Semi-hard negatives are those that the item outscores."""
    return candidate & (lists.differences(scores) > 0) if negatives == "semi_hard" else candidate


def select(candidate: Tensor, scores: Tensor, negatives: str) -> Tensor:
    """All candidates, or the highest-scored one of each item."""
    if negatives == "all" or not scores.shape[-1]:
        return candidate
    hardest = torch.where(candidate, scores.unsqueeze(-2), -torch.inf).argmax(-1, keepdim=True)
    return candidate & torch.zeros_like(candidate).scatter(-1, hardest, True)


def shortfall(scores: Tensor, margin: float) -> Tensor:
    """At [i, j] by how much i misses the margin over j."""
    return margin - lists.differences(scores)


def total(shortfalls: Tensor, selected: Tensor, relevance: Tensor) -> Tensor:
    """The sum of the hinges of the selected pairs."""
    return torch.where(selected, shortfalls.relu(), 0).sum((-2, -1))


def count(selected: Tensor, preferred: Tensor, real: Tensor) -> Tensor:
    """The number of pairs of each list."""
    return selected.sum((-2, -1))


def divide(totals: Tensor, counts: Tensor, normalization: str) -> tuple[Tensor, Tensor]:
    """Values of the lists, and what each adds to the denominator of the mean."""
    if normalization == "list_pairs":
        totals = totals / counts.clamp(min=1)
    return totals, counts if normalization == "batch_pairs" else torch.ones_like(counts)


@dataclass(frozen=True)
class Steps:
    """What the pairwise hinge is made of."""

    check: Callable[..., None] = check_arguments
    cast: Callable[[Tensor], Tensor] = lists.cast
    clean: Callable[..., tuple[Tensor, Tensor, Tensor]] = lists.clean
    prefers: Callable[[Tensor], Tensor] = prefers
    pairs: Callable[[Tensor], Tensor] = lists.pairs
    eligible: Callable[..., Tensor] = eligible
    select: Callable[..., Tensor] = select
    shortfall: Callable[..., Tensor] = shortfall
    total: Callable[..., Tensor] = total
    count: Callable[..., Tensor] = count
    divide: Callable[..., tuple[Tensor, Tensor]] = divide
    reduce: Callable[..., Tensor] = reduce_units


def build(steps: Steps) -> Loss:
    """The loss that these steps make."""

    def pairwise_hinge(
        scores: Tensor, relevance: Tensor, *, mask: Tensor | None, margin: float, negatives: str, normalization: str
    ) -> Units:
        """Every step right."""
        own, grades, real = steps.clean(steps.cast(scores), relevance, lists.real_items(scores, mask))
        preferred = steps.prefers(grades)
        selected = steps.select(steps.eligible(preferred & steps.pairs(real), own, negatives), own, negatives)
        totals = steps.total(steps.shortfall(own, margin), selected, grades)
        values, denominator = steps.divide(totals, steps.count(selected, preferred, real), normalization)
        return lists.propagate_nan(values, own), denominator

    return as_declared(pairwise_hinge, check=steps.check, reduce=steps.reduce)


pairwise_hinge = build(Steps())
instead_of = step_replacer(build, Steps())
