"""ListMLE as steps, all of them right; a fault puts a wrong one in the place of one of them."""

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


def comes_before(labels: Tensor) -> Tensor:
    """At [i, j] whether j has a place before i: it is more relevant, or as relevant and earlier."""
    own, other = labels.unsqueeze(-1), labels.unsqueeze(-2)
    earlier = torch.ones(labels.shape[-1], labels.shape[-1], dtype=torch.bool, device=labels.device).tril(-1)
    return (other > own) | (other == own) & earlier


def tied(labels: Tensor, ties: str) -> Tensor:
    """At [i, j] whether both share their places."""
    if ties == "shared":
        return labels.unsqueeze(-1) == labels.unsqueeze(-2)
    return torch.eye(labels.shape[-1], dtype=torch.bool, device=labels.device).expand(*labels.shape, labels.shape[-1])


def left(before: Tensor, tied: Tensor, real: Tensor) -> Tensor:
    """At [i, j] whether j is among the items that i is chosen from."""
    return (~before | tied) & lists.pairs(real)


def log_chances(scores: Tensor, left: Tensor) -> Tensor:
    """The logarithm of the chance of each item among those that are left."""
    lowest = torch.finfo(scores.dtype).min / 4
    candidates = torch.where(left, scores.unsqueeze(-2), lowest)
    return torch.log_softmax(candidates, dim=-1).diagonal(dim1=-2, dim2=-1)


def place_weights(place: Tensor, real: Tensor, position_weights: str, k: int | None) -> Tensor:
    """The weight of each item's place, counted from 0."""
    count = real.sum(-1, keepdim=True)
    weights = torch.ones_like(place) if position_weights == "none" else torch.exp2(count - 1 - place) - 1
    return torch.where(real & (place < (place.shape[-1] if k is None else k)), weights, 0)


def shared(weights: Tensor, tied: Tensor, real: Tensor) -> Tensor:
    """The mean weight of the items that share their places."""
    kept = tied & lists.pairs(real)
    return (kept * weights.unsqueeze(-2)).sum(-1) / kept.sum(-1).clamp(min=1)


def normalise(weights: Tensor, normalization: str) -> Tensor:
    """The weights over their sum, where that is asked for."""
    if normalization == "none":
        return weights
    total = weights.sum(-1, keepdim=True)
    return weights / torch.where(total > 0, total, 1)


def add_up(weights: Tensor, chances: Tensor) -> Tensor:
    """The weighted sum of the costs."""
    return -torch.where(weights > 0, weights * chances, 0).sum(-1)


@dataclass(frozen=True)
class Steps:
    """What ListMLE is made of."""

    check: Callable[..., None] = check_arguments
    cast: Callable[[Tensor], Tensor] = lists.cast
    clean: Callable[..., tuple[Tensor, Tensor, Tensor]] = lists.clean
    comes_before: Callable[[Tensor], Tensor] = comes_before
    tied: Callable[..., Tensor] = tied
    left: Callable[..., Tensor] = left
    log_chances: Callable[..., Tensor] = log_chances
    place_weights: Callable[..., Tensor] = place_weights
    shared: Callable[..., Tensor] = shared
    normalise: Callable[..., Tensor] = normalise
    add_up: Callable[..., Tensor] = add_up
    reduce: Callable[..., Tensor] = reduce_units


def build(steps: Steps) -> Loss:
    """The loss that these steps make."""

    def list_mle(
        scores: Tensor,
        relevance: Tensor,
        *,
        mask: Tensor | None,
        ties: str,
        position_weights: str,
        k: int | None,
        normalization: str,
    ) -> Units:
        """Every step right."""
        own, labels, real = steps.clean(steps.cast(scores), relevance, lists.real_items(scores, mask))
        before, together = steps.comes_before(labels), steps.tied(labels, ties)
        place = (before & real.unsqueeze(-2)).sum(-1).to(own.dtype)
        weights = steps.place_weights(place, real, position_weights, k)
        weights = steps.normalise(steps.shared(weights, together, real), normalization)
        chances = steps.log_chances(own, steps.left(before, together, real))
        return lists.propagate_nan(steps.add_up(weights, chances), torch.where(real, own, 0))

    return as_declared(list_mle, check=steps.check, reduce=steps.reduce)


list_mle = build(Steps())
instead_of = step_replacer(build, Steps())
