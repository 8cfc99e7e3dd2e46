"""Margin ranking as steps, all of them right; a fault puts a wrong one in the place of one of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from rankproof.implementations.arguments import check_arguments
from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.reduction import accumulation_dtype, reduce_units
from tests.faults.fault import Loss, step_replacer


def shortfall(input1: Tensor, input2: Tensor, target: Tensor, margin: float) -> Tensor:
    """By how much each pair misses the margin."""
    return margin - target.to(input1.dtype) * (input1 - input2)


@dataclass(frozen=True)
class Steps:
    """What margin ranking is made of."""

    check: Callable[..., None] = check_arguments
    shortfall: Callable[..., Tensor] = shortfall
    hinge: Callable[[Tensor], Tensor] = torch.relu
    reduce: Callable[..., Tensor] = reduce_units


def build(steps: Steps) -> Loss:
    """The loss that these steps make."""

    def margin_ranking(input1: Tensor, input2: Tensor, target: Tensor, *, margin: float) -> Units:
        """Every step right."""
        dtype = accumulation_dtype(input1.dtype)
        values = steps.hinge(steps.shortfall(input1.to(dtype), input2.to(dtype), target, margin))
        return values

    return as_declared(margin_ranking, check=steps.check, reduce=steps.reduce)


margin_ranking = build(Steps())
instead_of = step_replacer(build, Steps())
