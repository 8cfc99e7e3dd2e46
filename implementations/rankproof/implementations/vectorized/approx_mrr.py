"""ApproxMRR as tensor operations on all pairs of a list."""

from __future__ import annotations

import torch
from torch import Tensor

from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.metric_form import loss_of_metric
from rankproof.implementations.vectorized.lists import propagate_nan, without_padding
from rankproof.implementations.vectorized.soft_ranks import soft_ranks


@as_declared
def approx_mrr(
    scores: Tensor,
    positives: Tensor,
    *,
    mask: Tensor | None,
    temperature: float,
    several: str,
    form: str,
    nothing_relevant: str,
) -> Units:
    """As :func:`rankproof.implementations.approx_mrr`, in O(items^2) time and memory."""
    clean, real = without_padding(scores, mask)
    positive = real & (positives != 0)
    reciprocals = torch.where(positive, 1 / soft_ranks(clean, real, temperature), 0)
    # Of an empty list there is no maximum, and the sum is the 0 that is wanted.
    if several == "best" and scores.shape[-1] > 0:
        metric = reciprocals.amax(dim=-1)
    else:
        metric = reciprocals.sum(dim=-1) / positive.sum(dim=-1).clamp(min=1)
    values, denominator = loss_of_metric(metric, positive.any(dim=-1), form, nothing_relevant)
    return propagate_nan(values, clean, real), denominator
