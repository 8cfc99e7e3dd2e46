"""ListNet as tensor operations."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.vectorized.lists import propagate_nan, without_padding


@as_declared
def list_net(
    scores: Tensor,
    relevance: Tensor,
    *,
    mask: Tensor | None,
    target: str,
    temperature: float,
    nothing_relevant: str,
) -> Units:
    """As :func:`rankproof.implementations.list_net`, in O(items) time and memory."""
    clean, real = without_padding(scores, mask)
    grades = torch.where(real, relevance.to(clean.dtype), 0)
    has_relevant = (grades > 0).any(dim=-1)
    weights = _target(grades, real, target)
    if nothing_relevant == "uniform":
        weights = torch.where(has_relevant.unsqueeze(-1), weights, _target(grades, real, "softmax"))
    log_probabilities = torch.log_softmax(_without_share(clean, real) / temperature, dim=-1)
    # A score of minus infinity costs nothing where it has no weight.
    values = -torch.where(weights > 0, weights * log_probabilities, 0).sum(dim=-1)
    denominator = None
    if nothing_relevant == "skip":
        values = torch.where(has_relevant, values, 0)
        denominator = has_relevant
    return propagate_nan(values, clean, real), denominator


def _target(grades: Tensor, real: Tensor, target: str) -> Tensor:
    """The weight of each item, 0 at padding, and for a whole list that has nothing to normalise."""
    if target == "labels" or grades.shape[-1] == 0:
        return grades
    if target == "softmax":
        return torch.where(real, torch.softmax(_without_share(grades, real), dim=-1), 0)
    largest = grades.amax(dim=-1, keepdim=True)
    shares = grades / torch.where(largest > 0, largest, 1)  # so that their sum does not overflow
    return shares / torch.where(largest > 0, shares.sum(dim=-1, keepdim=True), 1)


def _without_share(numbers: Tensor, real: Tensor) -> Tensor:
    """Padding at minus infinity, so that a softmax gives it nothing; but not where there is nothing else."""
    return torch.where(real | ~real.any(dim=-1, keepdim=True), numbers, -math.inf)
