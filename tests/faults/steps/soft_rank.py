"""Soft rank as steps, all of them right; a fault puts a wrong one in the place of one of them."""

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


def clean(scores: Tensor, real: Tensor) -> Tensor:
    """Scores with 0 in the padding, so that nothing there can reach a gradient."""
    return torch.where(real, scores, 0)


def towards_the_first(scores: Tensor, direction: str) -> Tensor:
    """What is largest where the rank is smallest."""
    return scores if direction == "descending" else -scores


def before(scores: Tensor, temperature: float) -> Tensor:
    """At [i, j] how surely j comes before i."""
    return torch.sigmoid(-lists.differences(scores) / temperature)


def others(real: Tensor) -> Tensor:
    """True at [i, j] where both are real and not the same item."""
    return lists.pairs(real) & ~torch.eye(real.shape[-1], dtype=torch.bool, device=real.device)


def origin(first_rank: str) -> int:
    """The rank of an item that all others come after."""
    return 1 if first_rank == "one" else 0


def finish(ranks: Tensor, scores: Tensor, real: Tensor) -> Tensor:
    """The ranks, NaN in a list with a NaN, and 0 at the padding."""
    diverged = torch.where(real, scores, 0).isnan().any(-1, keepdim=True)
    return torch.where(real, torch.where(diverged, torch.nan, ranks), 0)


def counted(real: Tensor) -> Tensor:
    """What each position adds to the denominator of the mean."""
    return real


@dataclass(frozen=True)
class Steps:
    """What soft rank is made of."""

    check: Callable[..., None] = check_arguments
    cast: Callable[[Tensor], Tensor] = lists.cast
    clean: Callable[[Tensor, Tensor], Tensor] = clean
    towards_the_first: Callable[[Tensor, str], Tensor] = towards_the_first
    before: Callable[..., Tensor] = before
    others: Callable[[Tensor], Tensor] = others
    origin: Callable[[str], float] = origin
    finish: Callable[..., Tensor] = finish
    counted: Callable[[Tensor], Tensor] = counted
    reduce: Callable[..., Tensor] = reduce_units


def build(steps: Steps) -> Loss:
    """The loss that these steps make."""

    def soft_rank(scores: Tensor, *, mask: Tensor | None, temperature: float, direction: str, first_rank: str) -> Units:
        """Every step right."""
        real = lists.real_items(scores, mask)
        own = steps.clean(steps.cast(scores), real)
        keys = steps.towards_the_first(own, direction)
        ranks = steps.origin(first_rank) + torch.where(steps.others(real), steps.before(keys, temperature), 0).sum(-1)
        return steps.finish(ranks, own, real), steps.counted(real)

    return as_declared(soft_rank, check=steps.check, reduce=steps.reduce)


soft_rank = build(Steps())
instead_of = step_replacer(build, Steps())
