"""The first violator of each positive and the number of trials up to it, along a given order or by drawing.

Every function takes [..., positives, items] tables of who violates whom and of which items count as a trial, and
returns three tensors [..., positives]: the position of the first violator, the number of trials up to and with it,
and whether there is one (the other two are meaningless where there is none).
"""

from __future__ import annotations

import math

import torch
from torch import Tensor


def walk(order: Tensor, violator: Tensor, counted: Tensor | None) -> tuple[Tensor, Tensor, Tensor]:
    """Along one order [..., trials] for all positives of a list; every trial counts when ``counted`` is None."""
    trials = order.shape[-1]
    if trials == 0:
        nowhere = torch.zeros(violator.shape[:-1], dtype=torch.int64, device=order.device)
        return nowhere, nowhere, nowhere.bool()
    tried = order.long().unsqueeze(-2).expand(*violator.shape[:-1], trials)
    hit = violator.gather(-1, tried)
    # argmax returns the first of equal maxima.
    stop = hit.int().argmax(dim=-1, keepdim=True)
    until = torch.arange(trials, device=order.device) <= stop
    if counted is not None:
        until = until & counted.gather(-1, tried)
    return tried.gather(-1, stop).squeeze(-1), until.sum(dim=-1), hit.any(dim=-1)


def draw_without_replacement(
    violator: Tensor, counted: Tensor, generator: torch.Generator | None
) -> tuple[Tensor, Tensor, Tensor]:
    """Along an order of its own for each positive, uniform over the permutations of the counted items.

    Random keys sort the items; the first violator is the one of the smallest key, and needs no sorting.
    """
    keys = _uniform(violator, generator)
    smallest, first = torch.where(violator, keys, math.inf).min(dim=-1, keepdim=True)
    count = (counted & (keys <= smallest)).sum(dim=-1)
    return first.squeeze(-1), count, violator.any(dim=-1)


def draw_with_replacement(
    violator: Tensor, counted: Tensor, generator: torch.Generator | None
) -> tuple[Tensor, Tensor, Tensor]:
    """By independent draws from the counted items, which each positive goes on with until one violates.

    The number of trials is geometric, and independent of the violator, which is uniform among the violators.
    """
    violators, drawn_from = violator.sum(dim=-1), counted.sum(dim=-1)
    chance = violators / drawn_from
    uniform = 1 - _uniform(chance, generator)
    # A chance of 1 gives log(1 - 1) = -inf and so 0 failures.
    failures = torch.log(uniform) / torch.log1p(-chance.to(uniform.dtype))
    first = torch.where(violator, _uniform(violator, generator), -1).argmax(dim=-1)
    return first, failures.long() + 1, violators > 0


def _uniform(like: Tensor, generator: torch.Generator | None) -> Tensor:
    """Uniform numbers in [0, 1); in float64, so that two are never equal, but on MPS, which has none."""
    dtype = torch.float32 if like.device.type == "mps" else torch.float64
    return torch.rand(like.shape, dtype=dtype, device=like.device, generator=generator)
