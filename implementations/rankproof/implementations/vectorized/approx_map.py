"""ApproxMAP as tensor operations on all pairs of a list."""

from __future__ import annotations

import torch
from torch import Tensor

from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.metric_form import loss_of_metric
from rankproof.implementations.vectorized.lists import propagate_nan, without_padding
from rankproof.implementations.vectorized.soft_ranks import soft_ranks


@as_declared
def approx_map(
    scores: Tensor,
    positives: Tensor,
    *,
    mask: Tensor | None,
    temperature: float,
    hits: str,
    rank_temperature: float,
    form: str,
    nothing_relevant: str,
) -> Units:
    """As :func:`rankproof.implementations.approx_map`, in O(items^2) time and memory."""
    clean, real = without_padding(scores, mask)
    positive = real & (positives != 0)
    ranks = soft_ranks(clean, real, temperature)
    if hits == "scores":
        found = soft_ranks(clean, positive, temperature)
    elif hits == "ranks":
        # The smaller rank is the one above.
        found = soft_ranks(-ranks, positive, rank_temperature)
    else:
        found = (positive.unsqueeze(-2) & (clean.unsqueeze(-2) >= clean.unsqueeze(-1))).sum(dim=-1)
    precisions = torch.where(positive, found / ranks, 0)
    metric = precisions.sum(dim=-1) / positive.sum(dim=-1).clamp(min=1)
    values, denominator = loss_of_metric(metric, positive.any(dim=-1), form, nothing_relevant)
    return propagate_nan(values, clean, real), denominator
