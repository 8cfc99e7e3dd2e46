"""Bayesian personalized ranking as steps, all of them right; a fault puts a wrong one in the place of one of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from rankproof.implementations.arguments import check_arguments
from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.reduction import accumulation_dtype, reduce_units
from tests.faults.fault import Loss, step_replacer


def lead(positive_scores: Tensor, negative_scores: Tensor) -> Tensor:
    """By how much each positive item leads the negative one."""
    return positive_scores - negative_scores


def logarithm(leads: Tensor) -> Tensor:
    """The negative logarithm of the chance of the right order."""
    return -functional.logsigmoid(leads)


def opposite(leads: Tensor) -> Tensor:
    """The chance of the wrong order."""
    return torch.sigmoid(-leads)


@dataclass(frozen=True)
class Steps:
    """What the loss is made of."""

    check: Callable[..., None] = check_arguments
    cast: Callable[[Tensor], Tensor] = lambda scores: scores.to(accumulation_dtype(scores.dtype))
    lead: Callable[..., Tensor] = lead
    logarithm: Callable[[Tensor], Tensor] = logarithm
    opposite: Callable[[Tensor], Tensor] = opposite
    reduce: Callable[..., Tensor] = reduce_units


def build(steps: Steps) -> Loss:
    """The loss that these steps make."""

    def bpr(positive_scores: Tensor, negative_scores: Tensor, *, form: str) -> Units:
        """Every step right."""
        leads = steps.lead(steps.cast(positive_scores), steps.cast(negative_scores))
        return steps.logarithm(leads) if form == "log_sigmoid" else steps.opposite(leads)

    return as_declared(bpr, check=steps.check, reduce=steps.reduce)


bpr = build(Steps())
instead_of = step_replacer(build, Steps())
