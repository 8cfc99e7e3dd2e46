"""ApproxNDCG as tensor operations on all pairs of a list."""

from __future__ import annotations

import torch
from torch import Tensor

from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.gain import relative_gains
from rankproof.implementations.vectorized.lists import propagate_nan, without_padding


@as_declared
def approx_ndcg(
    scores: Tensor,
    relevance: Tensor,
    *,
    mask: Tensor | None,
    temperature: float,
    gain: str,
    form: str,
    nothing_relevant: str,
    k: int | None,
    cutoff_temperature: float,
) -> Units:
    """As :func:`rankproof.implementations.approx_ndcg`, in O(items^2) time and memory."""
    clean, real = without_padding(scores, mask)
    # Padding has a gain of 0, so that it adds nothing to the DCG and comes last in the ideal one.
    grades = torch.where(real, relevance.to(clean.dtype), 0)
    gains = relative_gains(grades, gain)
    has_relevant = (grades > 0).any(dim=-1)
    ranks = _ranks(clean, real, temperature)
    discounted = gains / torch.log2(1 + ranks)
    if k is not None:
        discounted = discounted * torch.sigmoid((k + 0.5 - ranks) / cutoff_temperature)
    ideal = torch.where(has_relevant, _ideal_dcg(gains, k), 1)
    without = 1.0 if nothing_relevant == "one" else 0.0
    values = _signed(torch.where(has_relevant, discounted.sum(dim=-1) / ideal, without), form)
    denominator = None
    if nothing_relevant == "skip":
        values = torch.where(has_relevant, values, 0)
        denominator = has_relevant
    return propagate_nan(values, clean, real), denominator


def _ranks(scores: Tensor, real: Tensor, temperature: float) -> Tensor:
    """1 and the chance of each other real item to be above, [..., items]."""
    itself = torch.eye(scores.shape[-1], dtype=torch.bool, device=scores.device)
    other = real.unsqueeze(-2) & ~itself
    # The lead of an item at minus infinity over itself is NaN, and so would be its gradient.
    lead = torch.where(other, scores.unsqueeze(-2) - scores.unsqueeze(-1), 0)
    return 1 + torch.where(other, torch.sigmoid(lead / temperature), 0).sum(dim=-1)


def _ideal_dcg(gains: Tensor, k: int | None) -> Tensor:
    """The largest DCG that hard ranks can give to the first k items."""
    best = gains.sort(dim=-1, descending=True).values[..., :k]
    ranks = torch.arange(1, best.shape[-1] + 1, dtype=gains.dtype, device=gains.device)
    return (best / torch.log2(1 + ranks)).sum(dim=-1)


def _signed(ndcg: Tensor, form: str) -> Tensor:
    if form == "negative":
        return -ndcg
    return 1 - ndcg if form == "one_minus" else ndcg
