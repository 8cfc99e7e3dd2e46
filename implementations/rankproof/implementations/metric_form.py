"""How a metric of lists, such as NDCG, becomes a loss."""

from __future__ import annotations

import torch
from torch import Tensor


def signed(metric: Tensor, form: str) -> Tensor:
    """The metric m as -m ("negative"), 1 - m ("one_minus") or m ("metric")."""
    if form == "negative":
        return -metric
    return 1 - metric if form == "one_minus" else metric


def loss_of_metric(
    metric: Tensor, has_relevant: Tensor, form: str, nothing_relevant: str
) -> tuple[Tensor, Tensor | None]:
    """The loss of each list, and what the list adds to the denominator of a mean (None: 1).

    Args:
        metric: its value where anything is relevant, and any number elsewhere, [...].
        has_relevant: whether anything is, [...].
        form: "negative", "one_minus" or "metric".
        nothing_relevant: the metric of the other lists is "zero" or "one"; or their loss is 0 and the mean is to
            "skip" them.
    """
    values = signed(torch.where(has_relevant, metric, 1.0 if nothing_relevant == "one" else 0.0), form)
    if nothing_relevant != "skip":
        return values, None
    return torch.where(has_relevant, values, 0), has_relevant
