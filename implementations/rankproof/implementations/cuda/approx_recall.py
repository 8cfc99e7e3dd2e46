"""ApproxRecall in Triton: tiles of sigmoids, computed forward and again backward, in O(n) memory."""

from __future__ import annotations

import torch
from torch import Tensor

from rankproof.implementations.cuda.soft_ranks import soft_ranks
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
    r"""As :func:`rankproof.implementations.approx_recall`, in O(items^2) time and O(items) memory.

    Ranks are summed over tiles of sigmoids that are never stored, and computed again backward. Half precision is
    computed and reduced in float32.

    Raises:
        RuntimeError: tensors on a CPU, without Triton's interpreter; or a second derivative, which there is not.
    """
    clean, real = without_padding(scores, mask)
    positive = real & (positives != 0)
    last = k + 0.5 if cutoff == "after_k" else k
    inside = torch.sigmoid((last - soft_ranks(scores, mask, temperature, loss="approx_recall")) / cutoff_temperature)
    count = positive.sum(dim=-1).clamp(min=1, max=None if normalization == "positives" else k)
    metric = torch.where(positive, inside, 0).sum(dim=-1) / count
    values, denominator = loss_of_metric(metric, positive.any(dim=-1), form, nothing_relevant)
    return propagate_nan(values, clean, real), denominator
