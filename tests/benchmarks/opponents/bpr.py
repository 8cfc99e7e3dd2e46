"""Bayesian personalized ranking as people write it in PyTorch, correctly."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional


def log_sigmoid_of_lead(positive_scores: Tensor, negative_scores: Tensor) -> Tensor:
    """torch's logsigmoid, whose backward reads the lead again."""
    return -functional.logsigmoid(positive_scores - negative_scores).mean()


def softplus_of_deficit(positive_scores: Tensor, negative_scores: Tensor) -> Tensor:
    """The softplus of LightGCN."""
    return functional.softplus(negative_scores - positive_scores).mean()
