"""LambdaLoss as tensor operations on all pairs of a list."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid

from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.gain import relative_gains
from rankproof.implementations.vectorized.lists import propagate_nan, without_padding


@as_declared
def lambda_loss(
    scores: Tensor,
    relevance: Tensor,
    *,
    mask: Tensor | None,
    weighting: str,
    mu: float,
    sigma: float,
    gain: str,
    base: str,
    k: int | None,
    truncation: str,
    scaling: str,
) -> Units:
    """As :func:`rankproof.implementations.lambda_loss`, in O(items^2) time and memory."""
    clean, real = without_padding(scores, mask)
    ranks = _ranks(clean, real)
    # Padding has a gain of 0, so that it comes last in the ideal DCG.
    shares = _shares(torch.where(real, relevance.to(clean.dtype), 0), gain, k)
    counted = real.unsqueeze(-1) & real.unsqueeze(-2) & _within(ranks, k, truncation)
    if weighting != "ndcg_loss1":
        counted = counted & (relevance.unsqueeze(-1) > relevance.unsqueeze(-2))
    weights = _weights(ranks, shares, weighting, mu, k if truncation == "metric" else None)
    # The lead of an item at an infinite score over itself is NaN, and so would be its gradient.
    itself = torch.eye(scores.shape[-1], dtype=torch.bool, device=scores.device)
    lead = torch.where(counted & ~itself, clean.unsqueeze(-1) - clean.unsqueeze(-2), 0)
    values = -torch.where(counted, weights * logsigmoid(sigma * lead), 0).sum(dim=(-2, -1))
    if scaling == "list_size":
        values = values * real.sum(dim=-1)
    return propagate_nan(values / (math.log(2) if base == "two" else 1), clean, real)


def _ranks(scores: Tensor, real: Tensor) -> Tensor:
    """The ranks by descending score, padding last; of equal scores the first comes first."""
    order = scores.detach().argsort(dim=-1, descending=True, stable=True)
    order = order.gather(-1, real.gather(-1, order).byte().argsort(dim=-1, descending=True, stable=True))
    return order.argsort(dim=-1) + 1


def _shares(grades: Tensor, gain: str, k: int | None) -> Tensor:
    """The gains over the DCG of the best order of the first k; 0 where nothing is relevant."""
    gains = relative_gains(grades, gain)
    best = gains.sort(dim=-1, descending=True).values[..., :k]
    ranks = torch.arange(1, best.shape[-1] + 1, dtype=gains.dtype, device=gains.device)
    ideal = (best / torch.log2(1 + ranks)).sum(dim=-1, keepdim=True)
    return gains / torch.where(ideal > 0, ideal, 1)


def _within(ranks: Tensor, k: int | None, truncation: str) -> Tensor:
    """Whether a pair [i, j] has both items, or at least one, in the first k ranks."""
    inside = ranks <= (ranks.shape[-1] if k is None else k)
    first, second = inside.unsqueeze(-1), inside.unsqueeze(-2)
    return first & second if truncation == "both" else first | second


def _weights(ranks: Tensor, shares: Tensor, weighting: str, mu: float, last: int | None) -> Tensor:
    """The weight of each pair [i, j]; a rank past ``last`` has no discounted gain."""
    inverse = 1 / torch.log2(1 + ranks.to(shares.dtype))
    if last is not None:
        inverse = torch.where(ranks <= last, inverse, 0)
    if weighting == "ndcg_loss1":
        return (shares * inverse).unsqueeze(-1)
    swap = (inverse.unsqueeze(-1) - inverse.unsqueeze(-2)).abs()
    # An item and itself lie 0 apart, and do not count.
    gap = (ranks.unsqueeze(-1) - ranks.unsqueeze(-2)).abs().clamp(min=1).to(shares.dtype)
    bound = 1 / torch.log2(1 + gap) - 1 / torch.log2(2 + gap)
    change = {"lambda_rank": swap, "ndcg_loss2": bound}.get(weighting, swap + mu * bound)
    return (shares.unsqueeze(-1) - shares.unsqueeze(-2)).abs() * change
