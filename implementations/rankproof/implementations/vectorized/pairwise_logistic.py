"""Pairwise logistic loss as tensor operations on all pairs of a list."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.vectorized.lists import propagate_nan, without_padding


@as_declared
def pairwise_logistic(
    scores: Tensor,
    relevance: Tensor,
    *,
    mask: Tensor | None,
    temperature: float,
    base: str,
    ties: str,
    normalization: str,
) -> Units:
    """As :func:`rankproof.implementations.pairwise_logistic`, in O(items^2) time and memory."""
    clean, real = without_padding(scores, mask)
    weights = _weights(relevance, real, ties, clean.dtype)
    # An item at minus infinity leads itself by NaN, and so would be its gradient.
    lead = torch.where(weights > 0, clean.unsqueeze(-1) - clean.unsqueeze(-2), 0)
    # logsigmoid and not the logarithm of a sigmoid, which is 0 at a lead of -200.
    values = -(weights * functional.logsigmoid(lead / temperature)).sum(dim=(-2, -1))
    pairs = weights.sum(dim=(-2, -1))
    if base == "two":
        values = values / math.log(2)
    if normalization == "list_pairs":
        values = values / pairs.clamp(min=1)
    values = propagate_nan(values, clean, real)
    denominator = pairs if normalization == "batch_pairs" else None
    return values, denominator


def _weights(relevance: Tensor, real: Tensor, ties: str, dtype: torch.dtype) -> Tensor:
    """How much each order of two real items counts, [..., items, items]: 1, 0, or 1/2 in both orders of a tie."""
    first, second = relevance.unsqueeze(-1), relevance.unsqueeze(-2)
    weights = (first > second).to(dtype)
    if ties == "half":
        itself = torch.eye(relevance.shape[-1], dtype=torch.bool, device=relevance.device)
        weights = weights + 0.5 * ((first == second) & ~itself)
    return torch.where(real.unsqueeze(-1) & real.unsqueeze(-2), weights, 0)
