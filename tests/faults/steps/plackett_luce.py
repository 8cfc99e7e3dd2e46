"""The Plackett-Luce likelihood as steps, all of them right; a fault puts a wrong one in the place of one of them."""

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


def clean(scores: Tensor, real: Tensor) -> tuple[Tensor, Tensor]:
    """Scores with 0 in the padding, so that nothing there can reach a gradient; and which are real."""
    return torch.where(real, scores, 0), real


def in_order(values: Tensor, permutation: Tensor | None) -> Tensor:
    """What belongs to the item at each place."""
    return values if permutation is None else values.gather(-1, permutation.long())


def left(real: Tensor) -> Tensor:
    """True at [t, u] where the item of place u is left at place t."""
    items = real.shape[-1]
    return lists.pairs(real) & torch.ones(items, items, dtype=torch.bool, device=real.device).triu()


def log_chances(ordered: Tensor, left: Tensor) -> Tensor:
    """The logarithm of the chance of the item at each place among those that are left."""
    lowest = torch.finfo(ordered.dtype).min / 4
    candidates = torch.where(left, ordered.unsqueeze(-2), lowest)
    return torch.log_softmax(candidates, dim=-1).diagonal(dim1=-2, dim2=-1)


def total(chances: Tensor, real: Tensor) -> Tensor:
    """The logarithm of the probability of the order."""
    return torch.where(real, chances, 0).sum(-1)


def finish(logarithm: Tensor, form: str) -> Tensor:
    """-log P, log P or P."""
    if form == "probability":
        return logarithm.exp()
    return -logarithm if form == "negative_log" else logarithm


@dataclass(frozen=True)
class Steps:
    """What the Plackett-Luce likelihood is made of."""

    check: Callable[..., None] = check_arguments
    cast: Callable[[Tensor], Tensor] = lists.cast
    clean: Callable[..., tuple[Tensor, Tensor]] = clean
    in_order: Callable[..., Tensor] = in_order
    left: Callable[[Tensor], Tensor] = left
    log_chances: Callable[..., Tensor] = log_chances
    total: Callable[..., Tensor] = total
    finish: Callable[..., Tensor] = finish
    reduce: Callable[..., Tensor] = reduce_units


def build(steps: Steps) -> Loss:
    """The loss that these steps make."""

    def plackett_luce(scores: Tensor, permutation: Tensor | None, *, mask: Tensor | None, form: str) -> Units:
        """Every step right."""
        own, real = steps.clean(steps.cast(scores), lists.real_items(scores, mask))
        ordered, inside = steps.in_order(own, permutation), steps.in_order(real, permutation)
        logarithm = steps.total(steps.log_chances(ordered, steps.left(inside)), inside)
        return lists.propagate_nan(steps.finish(logarithm, form), torch.where(real, own, 0))

    return as_declared(plackett_luce, check=steps.check, reduce=steps.reduce)


plackett_luce = build(Steps())
instead_of = step_replacer(build, Steps())
