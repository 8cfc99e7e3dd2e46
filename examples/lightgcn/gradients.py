"""Whether gradients reach every parameter: a record over all steps of a training."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class GradientRecord:
    """Which entries of a model's parameters have received a gradient other than 0, and whether all were finite.

    Attributes:
        reached: for each parameter by name, booleans in its shape.
        finite: whether no gradient was infinite or NaN.
    """

    def __init__(self, model: nn.Module) -> None:
        self.reached: dict[str, Tensor] = {
            name: torch.zeros_like(each, dtype=torch.bool) for name, each in model.named_parameters()
        }
        self.finite = True

    def note(self, model: nn.Module) -> None:
        """Take down the gradients of one step, after ``backward``."""
        for name, each in model.named_parameters():
            if each.grad is not None:
                self.reached[name] |= each.grad != 0
                self.finite = self.finite and bool(each.grad.isfinite().all())

    def unreached(self) -> dict[str, int]:
        """How many entries of which parameter no gradient has reached; empty where all were reached."""
        missing = {name: int((~reached).sum()) for name, reached in self.reached.items()}
        return {name: count for name, count in missing.items() if count}
