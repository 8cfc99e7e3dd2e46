"""The Plackett-Luce likelihood as people write it in PyTorch, correctly."""

from __future__ import annotations

from torch import Tensor


def log_cumulative(scores: Tensor, permutation: Tensor) -> Tensor:
    """The logarithms of the sums from each place on, by torch's own running one."""
    ordered = scores.gather(1, permutation)
    remaining = ordered.flip(1).logcumsumexp(1).flip(1)
    return (remaining - ordered).sum(dim=1).mean()
