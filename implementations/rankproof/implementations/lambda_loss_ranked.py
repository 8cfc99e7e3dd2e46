"""Lists brought into the order of their ranks, as the fast variants of LambdaLoss take them."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from rankproof.implementations.gain import relative_gains


@dataclass(frozen=True)
class RankedLists:
    """Lists by descending score, of equal scores the first item first, and padding last.

    Attributes:
        scores: [lists, items]; padding is at minus infinity, and no real score is infinite.
        shares: gains over the ideal DCG, 0 where nothing is relevant and at padding, [lists, items].
        order: the position of each item in its list as it was given, [lists, items].
    """

    scores: Tensor
    shares: Tensor
    order: Tensor


def ranked_lists(scores: Tensor, relevance: Tensor, real: Tensor | None, gain: str, k: int | None) -> RankedLists:
    """Sort lists by their scores; the shares are computed in float64.

    Args:
        scores: [lists, items], float32 or float64.
        relevance: grades, [lists, items].
        real: False at padding, [lists, items].
        gain: "exponential" or "linear".
        k: the ideal DCG is that of the first k ranks; None for all.
    """
    largest = torch.finfo(scores.dtype).max
    finite, grades = scores.clamp(-largest, largest), relevance.to(torch.float64)
    if real is not None:
        finite, grades = torch.where(real, finite, -torch.inf), torch.where(real, grades, 0)
    best, order = finite.sort(dim=-1, descending=True, stable=True)
    shares = _shares(grades, gain, k).to(scores.dtype)
    return RankedLists(best, shares.gather(-1, order), order)


def inverse_discounts(items: int, last: int | None, like: Tensor) -> Tensor:
    """1 / log2(1 + rank) for the ranks from 1, and 0 past ``last``, in the dtype and on the device of ``like``."""
    ranks = torch.arange(1, items + 1, dtype=torch.float64, device=like.device)
    inverse = 1 / torch.log2(1 + ranks)
    return (inverse if last is None else torch.where(ranks <= last, inverse, 0)).to(like.dtype)


def gap_bounds(items: int, like: Tensor) -> Tensor:
    """1 / log2(1 + gap) - 1 / log2(2 + gap) for the gaps from 0, at which it is 0."""
    gaps = torch.arange(items, dtype=torch.float64, device=like.device)
    # At 0 the first discount would be infinite.
    bounds = 1 / torch.log2(1 + gaps.clamp(min=1)) - 1 / torch.log2(2 + gaps)
    return torch.where(gaps > 0, bounds, 0).to(like.dtype)


def _shares(grades: Tensor, gain: str, k: int | None) -> Tensor:
    gains = relative_gains(grades, gain)
    best = gains.sort(dim=-1, descending=True).values[..., :k]
    ideal = (best * inverse_discounts(best.shape[-1], None, best)).sum(dim=-1, keepdim=True)
    return gains / torch.where(ideal > 0, ideal, 1)
