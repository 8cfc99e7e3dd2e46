"""What is known of one training when it is over."""

from __future__ import annotations

from dataclasses import dataclass

from examples.lightgcn.gradients import GradientRecord


@dataclass(frozen=True)
class Run:
    """One training.

    Attributes:
        objective: its name.
        losses: the mean loss of each epoch.
        ndcg: NDCG at 10 on the held-out edges, of the untrained model and after each epoch.
        gradients: what has reached the parameters.
        seconds: how long it took.
    """

    objective: str
    losses: tuple[float, ...]
    ndcg: tuple[float, ...]
    gradients: GradientRecord
    seconds: float

    @property
    def gain(self) -> float:
        """By how much the trained model's NDCG beats the untrained one's."""
        return self.ndcg[-1] - self.ndcg[0]
