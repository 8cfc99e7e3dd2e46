"""ListMLE as people write it in PyTorch, correctly."""

from __future__ import annotations

from torch import Tensor


def log_cumulative(scores: Tensor, relevance: Tensor) -> Tensor:
    """The logarithms of the sums from each place on, by torch's own running one."""
    order = relevance.sort(dim=1, descending=True, stable=True).indices
    ordered = scores.gather(1, order)
    return (ordered.flip(1).logcumsumexp(1).flip(1) - ordered).sum(dim=1).mean()
