"""ApproxMRR without a matrix of pairs: one sum of sigmoids for the best positive, or sums by series or tiles."""

from __future__ import annotations

import torch
from torch import Tensor

from rankproof.implementations.custom_autograd.soft_ranks import soft_ranks
from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.metric_form import loss_of_metric
from rankproof.implementations.vectorized.lists import propagate_nan, without_padding


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
    r"""As :func:`rankproof.implementations.approx_mrr`, in O(items) memory.

    A soft rank falls as the score rises, so that the positive that ranks best is the one with the highest score: its
    rank is a single sum of sigmoids, O(items) time, which is left to autograd. The mean takes the ranks of all
    positives, by :func:`rankproof.implementations.custom_autograd.soft_ranks.soft_ranks`.

    Raises:
        RuntimeError: also, when the gradient of the mean is itself differentiated; the vectorized variant's can be.
    """
    clean, real = without_padding(scores, mask)
    positive = real & (positives != 0)
    if several == "mean" or scores.shape[-1] == 0:
        ranks = soft_ranks(scores, mask, temperature, loss="approx_mrr")
        metric = torch.where(positive, 1 / ranks, 0).sum(dim=-1) / positive.sum(dim=-1).clamp(min=1)
    else:
        metric = 1 / _best_rank(clean, real, positive, temperature)
    values, denominator = loss_of_metric(metric, positive.any(dim=-1), form, nothing_relevant)
    return propagate_nan(values, clean, real), denominator


def _best_rank(scores: Tensor, real: Tensor, positive: Tensor, temperature: float) -> Tensor:
    """The soft rank of the positive with the highest score, [...]; of any item where nothing is positive."""
    # Infinite scores become finite ones that saturate every sigmoid: their difference would be NaN.
    limit = torch.finfo(scores.dtype).max / 4
    finite = scores.clamp(-limit, limit)
    best = torch.where(positive, finite.detach(), -torch.inf).argmax(dim=-1, keepdim=True)
    other = real.scatter(-1, best, torch.zeros_like(best, dtype=torch.bool))
    lead = (finite - finite.gather(-1, best)) / temperature
    return 1 + torch.where(other, lead.sigmoid(), 0).sum(dim=-1)
