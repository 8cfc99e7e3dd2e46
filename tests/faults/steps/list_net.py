"""ListNet as steps, all of them right; a fault puts a wrong one in the place of one of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from rankproof.implementations.arguments import check_arguments
from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.reduction import reduce_units
from tests.faults.fault import Loss, step_replacer
from tests.faults.steps import lists


def without_share(numbers: Tensor, real: Tensor) -> Tensor:
    """Padding at minus infinity, but for a list of nothing else."""
    return torch.where(real | ~real.any(-1, keepdim=True), numbers, -math.inf)


def top_one(labels: Tensor, real: Tensor) -> Tensor:
    """The softmax of the labels, 0 at padding."""
    return torch.where(real, torch.softmax(without_share(labels, real), -1), 0)


def shares(labels: Tensor) -> Tensor:
    """The labels over their sum; over the largest first, so that no sum overflows."""
    if labels.shape[-1] == 0:
        return labels
    largest = labels.amax(-1, keepdim=True)
    relative = labels / torch.where(largest > 0, largest, 1)
    return relative / torch.where(largest > 0, relative.sum(-1, keepdim=True), 1)


def scaled(scores: Tensor, temperature: float) -> Tensor:
    """The scores over the temperature."""
    return scores / temperature


def log_probabilities(scores: Tensor, real: Tensor) -> Tensor:
    """The logarithm of the softmax."""
    return torch.log_softmax(without_share(scores, real), -1)


def cross_entropy(weights: Tensor, logarithms: Tensor, real: Tensor) -> Tensor:
    """Of each list."""
    return -torch.where(real, weights * logarithms, 0).sum(-1)


def finish(values: Tensor, has_relevant: Tensor, nothing_relevant: str) -> Tensor:
    """The loss of each list, 0 for one that is skipped."""
    return torch.where(has_relevant, values, 0) if nothing_relevant == "skip" else values


def counted(has_relevant: Tensor, nothing_relevant: str) -> Tensor:
    """What each list adds to the denominator of the mean."""
    return has_relevant.long() if nothing_relevant == "skip" else torch.ones_like(has_relevant, dtype=torch.long)


@dataclass(frozen=True)
class Steps:
    """What ListNet is made of."""

    check: Callable[..., None] = check_arguments
    cast: Callable[[Tensor], Tensor] = lists.cast
    clean: Callable[..., tuple[Tensor, Tensor, Tensor]] = lists.clean
    top_one: Callable[[Tensor, Tensor], Tensor] = top_one
    shares: Callable[[Tensor], Tensor] = shares
    scaled: Callable[[Tensor, float], Tensor] = scaled
    log_probabilities: Callable[[Tensor, Tensor], Tensor] = log_probabilities
    cross_entropy: Callable[[Tensor, Tensor, Tensor], Tensor] = cross_entropy
    finish: Callable[..., Tensor] = finish
    counted: Callable[..., Tensor] = counted
    propagate_nan: Callable[[Tensor, Tensor], Tensor] = lists.propagate_nan
    reduce: Callable[..., Tensor] = reduce_units


def build(steps: Steps) -> Loss:
    """The loss that these steps make."""

    def list_net(
        scores: Tensor,
        relevance: Tensor,
        *,
        mask: Tensor | None,
        target: str,
        temperature: float,
        nothing_relevant: str,
    ) -> Units:
        """Every step right."""
        own, given, real = steps.clean(steps.cast(scores), relevance, lists.real_items(scores, mask))
        labels = given.to(own.dtype)
        has_relevant = (labels > 0).any(-1)
        weights = labels
        if target != "labels":
            weights = steps.top_one(labels, real) if target == "softmax" else steps.shares(labels)
        if nothing_relevant == "uniform":
            weights = torch.where(has_relevant.unsqueeze(-1), weights, steps.top_one(labels, real))
        logarithms = steps.log_probabilities(steps.scaled(own, temperature), real)
        values = steps.finish(steps.cross_entropy(weights, logarithms, real), has_relevant, nothing_relevant)
        values = steps.propagate_nan(values, torch.where(real, own, 0))
        return values, steps.counted(has_relevant, nothing_relevant)

    return as_declared(list_net, check=steps.check, reduce=steps.reduce)


list_net = build(Steps())
instead_of = step_replacer(build, Steps())
