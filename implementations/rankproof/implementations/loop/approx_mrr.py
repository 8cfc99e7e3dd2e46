"""ApproxMRR, positive by positive."""

from __future__ import annotations

import torch
from torch import Tensor

from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.loop.binary_metrics import losses_of_lists
from rankproof.implementations.loop.soft_ranks import soft_rank_among


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
    """As :func:`rankproof.implementations.approx_mrr`, by loops over lists, positives and the items above them."""

    def reciprocal_rank(row: Tensor, real: list[int], relevant: list[int]) -> Tensor:
        reciprocals = torch.stack([1 / soft_rank_among(row, i, real, temperature) for i in relevant])
        return reciprocals.max() if several == "best" else reciprocals.mean()

    return losses_of_lists(scores, positives, mask, form, nothing_relevant, reciprocal_rank)
