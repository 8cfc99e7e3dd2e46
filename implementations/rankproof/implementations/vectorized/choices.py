"""Sums of exponentials over the places of a list, from each place on, as tensor operations."""

from __future__ import annotations

import torch
from torch import Tensor


def ordered_items(scores: Tensor, real: Tensor, order: Tensor | None) -> tuple[Tensor, Tensor]:
    """Scores and mask in an order given as the position of the item at each place; None leaves them as they are."""
    if order is None:
        return scores, real
    places = order.long()
    return scores.gather(-1, places), real.gather(-1, places)


def sums_of_the_rest(scores: Tensor, real: Tensor) -> tuple[Tensor, Tensor]:
    """For each place the highest score from there on, and the sum of exponentials of the leads over it.

    Both [..., items]. The highest scores are constants: what is made of both depends on their sum in logarithms
    alone. The sum is at least 1, but 0 where no score above minus infinity is left. It is added up by doubling,
    in O(log n) steps: torch.logcumsumexp has no second derivative where the gradient that reaches it is 0.
    """
    lowest = torch.finfo(scores.dtype).min
    bounded = torch.where(real, scores, lowest).detach().clamp(min=lowest)
    highest = bounded.flip(-1).cummax(-1).values.flip(-1)
    kept = torch.where(real, (torch.where(real, scores, 0) - highest).exp(), 0)
    # Where the highest score changes, the sum of what comes later is taken to the new one.
    factor = (torch.cat((highest[..., 1:], highest[..., -1:]), dim=-1) - highest).exp()
    step, items = 1, scores.shape[-1]
    while step < items:
        kept = kept + factor * _advanced(kept, step)
        factor = factor * _advanced(factor, step)
        step *= 2
    return highest, kept


def _advanced(terms: Tensor, step: int) -> Tensor:
    """The terms ``step`` places earlier, before zeros.

    Of full length: torch.compile would take a slice that is one long for a constant length.
    """
    return torch.nn.functional.pad(terms, (0, step))[..., step:]


def log_chances(scores: Tensor, real: Tensor, highest: Tensor, sums: Tensor) -> Tensor:
    """The logarithm of the chance of each item among those whose sum of exponentials is given; 0 at padding."""
    counts = real & (sums > 0)
    return torch.where(counts, scores - highest - torch.where(counts, sums, 1).log(), 0)
