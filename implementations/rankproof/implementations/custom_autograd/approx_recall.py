"""ApproxRecall without a matrix of pairs: its ranks by a series in each score, or a tile at a time."""

from __future__ import annotations

import torch
from torch import Tensor

from rankproof.implementations.custom_autograd.soft_ranks import soft_ranks
from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.metric_form import loss_of_metric
from rankproof.implementations.vectorized.lists import propagate_nan, without_padding


@as_declared
def approx_recall(
    scores: Tensor,
    positives: Tensor,
    *,
    mask: Tensor | None,
    temperature: float,
    k: int,
    cutoff: str,
    cutoff_temperature: float,
    normalization: str,
    form: str,
    nothing_relevant: str,
) -> Units:
    r"""As :func:`rankproof.implementations.approx_recall`, in O(items) memory.

    The ranks, and their gradient, are those of
    :func:`rankproof.implementations.custom_autograd.soft_ranks.soft_ranks`: a series or tiles of sigmoids.

    Raises:
        RuntimeError: also, when the gradient is itself differentiated; the vectorized variant can be.
    """
    clean, real = without_padding(scores, mask)
    positive = real & (positives != 0)
    last = k + 0.5 if cutoff == "after_k" else k
    inside = torch.sigmoid((last - soft_ranks(scores, mask, temperature, loss="approx_recall")) / cutoff_temperature)
    count = positive.sum(dim=-1).clamp(min=1, max=None if normalization == "positives" else k)
    metric = torch.where(positive, inside, 0).sum(dim=-1) / count
    values, denominator = loss_of_metric(metric, positive.any(dim=-1), form, nothing_relevant)
    return propagate_nan(values, clean, real), denominator
