"""Expected rank loss as steps, all of them right; a fault puts a wrong one in the place of one of them."""

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


def before(scores: Tensor) -> Tensor:
    """At [i, j] the chance that j comes before i."""
    return torch.sigmoid(-lists.differences(scores))


def others(real: Tensor) -> Tensor:
    """True at [i, j] where both are real and not the same item."""
    return lists.pairs(real) & ~torch.eye(real.shape[-1], dtype=torch.bool, device=real.device)


def origin(first_rank: str) -> float:
    """The rank of the best item."""
    return 1 if first_rank == "one" else 0


def distance_of(excess: Tensor, distance: str) -> Tensor:
    """The absolute difference of ranks, or its square."""
    return excess.abs() if distance == "l1" else excess.square()


def shared_by(real: Tensor, normalization: str) -> Tensor:
    """What the distance of a list is divided by."""
    count = real.sum(-1).clamp(min=1)
    return count if normalization == "items" else torch.ones_like(count)


@dataclass(frozen=True)
class Steps:
    """What the expected rank loss is made of."""

    check: Callable[..., None] = check_arguments
    cast: Callable[[Tensor], Tensor] = lists.cast
    clean: Callable[..., tuple[Tensor, Tensor, Tensor]] = lists.clean
    before: Callable[[Tensor], Tensor] = before
    others: Callable[[Tensor], Tensor] = others
    origin: Callable[[str], float] = origin
    distance_of: Callable[[Tensor, str], Tensor] = distance_of
    shared_by: Callable[[Tensor, str], Tensor] = shared_by
    reduce: Callable[..., Tensor] = reduce_units


def build(steps: Steps) -> Loss:
    """The loss that these steps make."""

    def expected_rank(
        scores: Tensor, target_ranks: Tensor, *, mask: Tensor | None, distance: str, first_rank: str, normalization: str
    ) -> Units:
        """Every step right."""
        own, labels, real = steps.clean(steps.cast(scores), target_ranks, lists.real_items(scores, mask))
        ranks = steps.origin(first_rank) + torch.where(steps.others(real), steps.before(own), 0).sum(-1)
        distances = steps.distance_of(torch.where(real, ranks - labels.to(own.dtype), 0), distance)
        values = distances.sum(-1) / steps.shared_by(real, normalization)
        return lists.propagate_nan(values, torch.where(real, own, 0))

    return as_declared(expected_rank, check=steps.check, reduce=steps.reduce)


expected_rank = build(Steps())
instead_of = step_replacer(build, Steps())
