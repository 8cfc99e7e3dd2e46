"""ApproxMAP, positive by positive."""

from __future__ import annotations

import torch
from torch import Tensor

from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.loop.binary_metrics import losses_of_lists
from rankproof.implementations.loop.soft_ranks import soft_rank_among


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
    """As :func:`rankproof.implementations.approx_map`, by loops over lists, positives and the items above them."""

    def average_precision(row: Tensor, real: list[int], relevant: list[int]) -> Tensor:
        ranks = torch.stack([soft_rank_among(row, i, real, temperature) for i in relevant])
        found = _hit_counts(row[relevant], ranks, hits, temperature, rank_temperature)
        return (found / ranks).mean()

    return losses_of_lists(scores, positives, mask, form, nothing_relevant, average_precision)


def _hit_counts(scores: Tensor, ranks: Tensor, hits: str, temperature: float, rank_temperature: float) -> Tensor:
    """Of the positives, each with its score and its rank: 1 and how many others are above it."""
    positives = range(len(scores))
    if hits == "scores":
        return torch.stack([soft_rank_among(scores, i, positives, temperature) for i in positives])
    if hits == "ranks":
        # The smaller rank is the one above.
        return torch.stack([soft_rank_among(-ranks, i, positives, rank_temperature) for i in positives])
    return torch.stack([(scores.detach() >= score).sum() for score in scores.detach()])
