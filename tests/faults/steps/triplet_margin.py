"""The triplet margin loss as steps, all of them right; a fault puts a wrong one in the place of one of them."""

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


def difference(x: Tensor, y: Tensor, eps: float) -> Tensor:
    """What the norm is taken of."""
    return x - y + eps


def norm(u: Tensor, p: float) -> Tensor:
    """The p-norm of each vector, with a gradient of 0 at 0, out of vectors whose powers neither over- nor underflow."""
    u = u if p == 2 else torch.where(u == 0, 0, u)
    largest = torch.ones_like(u.sum(-1, keepdim=True)).detach()
    if u.shape[-1]:
        largest = torch.ldexp(largest, torch.frexp(u.detach().abs().amax(-1, keepdim=True)).exponent - 1)
    return torch.linalg.vector_norm(u / largest, p, dim=-1) * largest.squeeze(-1)


def squared(u: Tensor) -> Tensor:
    """The square of the Euclidean norm of each vector."""
    return u.square().sum(-1)


def direction(x: Tensor) -> Tensor:
    """Each vector at length 1; one of length 0 stays it, and passes no gradient on."""
    length = norm(x, 2).unsqueeze(-1)
    return torch.where(length == 0, 0, x / torch.where(length == 0, 1, length))


def nearer(far: Tensor, other: Tensor) -> Tensor:
    """The distance to the negative that counts under the swap."""
    return torch.minimum(far, other)


def shortfall(near: Tensor, far: Tensor, margin: float) -> Tensor:
    """By how much each triplet misses the margin."""
    return near - far + margin


@dataclass(frozen=True)
class Steps:
    """What the triplet margin loss is made of."""

    check: Callable[..., None] = check_arguments
    cast: Callable[[Tensor], Tensor] = lists.cast
    difference: Callable[..., Tensor] = difference
    norm: Callable[..., Tensor] = norm
    squared: Callable[[Tensor], Tensor] = squared
    direction: Callable[[Tensor], Tensor] = direction
    nearer: Callable[..., Tensor] = nearer
    shortfall: Callable[..., Tensor] = shortfall
    hinge: Callable[[Tensor], Tensor] = torch.relu
    reduce: Callable[..., Tensor] = reduce_units


def build(steps: Steps) -> Loss:
    """The loss that these steps make."""

    def triplet_margin(
        anchor: Tensor,
        positive: Tensor,
        negative: Tensor,
        *,
        margin: float,
        distance: str,
        p: float,
        eps: float,
        swap: bool,
    ) -> Units:
        """Every step right."""

        def between(x: Tensor, y: Tensor) -> Tensor:
            if distance == "p_norm":
                return steps.norm(steps.difference(x, y, eps), p)
            if distance == "squared_euclidean":
                return steps.squared(x - y)
            return 1 - (steps.direction(x) * steps.direction(y)).sum(-1)

        a, b, c = steps.cast(anchor), steps.cast(positive), steps.cast(negative)
        far = steps.nearer(between(a, c), between(b, c)) if swap else between(a, c)
        return steps.hinge(steps.shortfall(between(a, b), far, margin))

    return as_declared(triplet_margin, check=steps.check, reduce=steps.reduce)


triplet_margin = build(Steps())
instead_of = step_replacer(build, Steps())
