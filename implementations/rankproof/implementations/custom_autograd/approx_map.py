"""ApproxMAP without a matrix of pairs: its ranks and hits by a series in each score, or a tile at a time."""

from __future__ import annotations

import torch
from torch import Tensor

from rankproof.implementations.custom_autograd.soft_ranks import soft_ranks
from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.metric_form import loss_of_metric
from rankproof.implementations.positives_above import positives_above
from rankproof.implementations.vectorized.lists import propagate_nan, without_padding


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
    r"""As :func:`rankproof.implementations.approx_map`, in O(items) memory.

    The hits of a positive are its rank among the positives alone, by scores or, the smaller the better, by ranks; both
    sums and their gradients are those of :func:`rankproof.implementations.custom_autograd.soft_ranks.soft_ranks`, a
    series or tiles of sigmoids. Hard hits are counted by a sort.

    Raises:
        RuntimeError: also, when the gradient is itself differentiated; the vectorized variant can be.
    """
    clean, real = without_padding(scores, mask)
    positive = real & (positives != 0)
    ranks = soft_ranks(scores, mask, temperature, loss="approx_map")
    if hits == "scores":
        found = soft_ranks(scores, positive, temperature, loss="approx_map")
    elif hits == "ranks":
        found = soft_ranks(-ranks.to(clean.dtype), positive, rank_temperature, loss="approx_map")
    else:
        found = positives_above(clean, positive)
    precisions = torch.where(positive, found / ranks, 0)
    metric = precisions.sum(dim=-1) / positive.sum(dim=-1).clamp(min=1)
    values, denominator = loss_of_metric(metric, positive.any(dim=-1), form, nothing_relevant)
    return propagate_nan(values, clean, real), denominator
