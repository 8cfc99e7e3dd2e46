"""ApproxRecall, positive by positive."""

from __future__ import annotations

import torch
from torch import Tensor

from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.loop.binary_metrics import losses_of_lists
from rankproof.implementations.loop.soft_ranks import soft_rank_among


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
    """As :func:`rankproof.implementations.approx_recall`, by loops over lists, positives and the items above them."""
    last = k + 0.5 if cutoff == "after_k" else k

    def recall(row: Tensor, real: list[int], relevant: list[int]) -> Tensor:
        ranks = torch.stack([soft_rank_among(row, i, real, temperature) for i in relevant])
        found = torch.sigmoid((last - ranks) / cutoff_temperature).sum()
        return found / (len(relevant) if normalization == "positives" else min(k, len(relevant)))

    return losses_of_lists(scores, positives, mask, form, nothing_relevant, recall)
