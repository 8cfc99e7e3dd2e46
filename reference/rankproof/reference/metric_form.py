"""How a metric of a list becomes its loss."""

from __future__ import annotations

import numpy as np

from rankproof.reference.arguments import Floats
from rankproof.reference.batching import ListLoss


def loss_of_metric(metric: float, gradient: Floats, form: str) -> ListLoss:
    """The metric m, with its gradient, as -m ("negative"), 1 - m ("one_minus") or m ("metric")."""
    return ListLoss(_signed(metric, form), {"scores": gradient if form == "metric" else -gradient})


def loss_without_relevant(items: int, form: str, nothing_relevant: str) -> ListLoss:
    """The loss of a list with nothing relevant: of a metric of "zero" or "one", or 0 and left out of the mean."""
    nothing = {"scores": np.zeros(items)}
    if nothing_relevant == "skip":
        return ListLoss(0.0, nothing, denominator=0.0)
    return ListLoss(_signed(1.0 if nothing_relevant == "one" else 0.0, form), nothing)


def _signed(metric: float, form: str) -> float:
    if form == "negative":
        return -metric
    return 1 - metric if form == "one_minus" else metric
