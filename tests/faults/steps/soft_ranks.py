"""The steps that the metrics of soft ranks with binary labels share."""

from __future__ import annotations

import torch
from torch import Tensor

from tests.faults.steps import lists


def above(scores: Tensor, temperature: float) -> Tensor:
    """At [i, j] how surely j outscores i."""
    return torch.sigmoid(-lists.differences(scores) / temperature)


def others(members: Tensor) -> Tensor:
    """True at [i, j] where both are members and not the same item."""
    return lists.pairs(members) & ~torch.eye(members.shape[-1], dtype=torch.bool, device=members.device)


def positive(labels: Tensor, real: Tensor) -> Tensor:
    """Which of the real items are relevant."""
    return (labels != 0) & real


def signed(metric: Tensor | float, form: str) -> Tensor | float:
    """The metric m as -m, 1 - m or m."""
    return -metric if form == "negative" else 1 - metric if form == "one_minus" else metric


def finish(metric: Tensor, has_relevant: Tensor, form: str, nothing_relevant: str) -> Tensor:
    """The loss of each list, with that of lists with nothing relevant."""
    without = 0.0 if nothing_relevant == "skip" else signed(1.0 if nothing_relevant == "one" else 0.0, form)
    return torch.where(has_relevant, signed(metric, form), without)


def counted(has_relevant: Tensor, nothing_relevant: str) -> Tensor:
    """What each list adds to the denominator of the mean."""
    return has_relevant.long() if nothing_relevant == "skip" else torch.ones_like(has_relevant, dtype=torch.long)
