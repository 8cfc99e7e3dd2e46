"""ApproxNDCG as tensor operations on all pairs of a list."""

from __future__ import annotations

import torch
from torch import Tensor

from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.gain import relative_gains
from rankproof.implementations.metric_form import loss_of_metric
from rankproof.implementations.vectorized.lists import propagate_nan, without_padding
from rankproof.implementations.vectorized.soft_ranks import soft_ranks


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
    ranks = soft_ranks(clean, real, temperature)
    discounted = gains / torch.log2(1 + ranks)
    if k is not None:
        discounted = discounted * torch.sigmoid((k + 0.5 - ranks) / cutoff_temperature)
    ideal = torch.where(has_relevant, _ideal_dcg(gains, k), 1)
    ndcg = discounted.sum(dim=-1) / ideal
    values, denominator = loss_of_metric(ndcg, has_relevant, form, nothing_relevant)
    return propagate_nan(values, clean, real), denominator


def _ideal_dcg(gains: Tensor, k: int | None) -> Tensor:
    """The largest DCG that hard ranks can give to the first k items."""
    best = gains.sort(dim=-1, descending=True).values[..., :k]
    ranks = torch.arange(1, best.shape[-1] + 1, dtype=gains.dtype, device=gains.device)
    return (best / torch.log2(1 + ranks)).sum(dim=-1)
