"""The steps that all list losses share: what is real, what a NaN does, and the dtype that is computed in."""

from __future__ import annotations

import torch
from torch import Tensor

from rankproof.implementations.reduction import accumulation_dtype


def cast(scores: Tensor) -> Tensor:
    """Half precision is computed in float32."""
    return scores.to(accumulation_dtype(scores.dtype))


def real_items(scores: Tensor, mask: Tensor | None) -> Tensor:
    """True at the items that are no padding."""
    return torch.ones_like(scores, dtype=torch.bool) if mask is None else mask


def clean(scores: Tensor, labels: Tensor, real: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Scores, labels and mask with 0 in the padding, so that nothing there can reach a gradient."""
    return torch.where(real, scores, 0), torch.where(real, labels, torch.zeros_like(labels)), real


def pairs(real: Tensor) -> Tensor:
    """True at [i, j] where both items are real."""
    return real.unsqueeze(-1) & real.unsqueeze(-2)


def differences(scores: Tensor) -> Tensor:
    """At [i, j] the score of i minus that of j."""
    return scores.unsqueeze(-1) - scores.unsqueeze(-2)


def propagate_nan(values: Tensor, scores: Tensor) -> Tensor:
    """A NaN among the scores makes its list's value NaN."""
    return torch.where(scores.isnan().any(-1), torch.nan, values)
