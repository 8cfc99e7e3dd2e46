"""ListNet as people write it in PyTorch, correctly."""

from __future__ import annotations

import torch
from torch import Tensor


def softmax_of_both(scores: Tensor, relevance: Tensor) -> Tensor:
    """The formula, in two softmaxes."""
    return -(torch.softmax(relevance, dim=-1) * torch.log_softmax(scores, dim=-1)).sum(dim=-1).mean()


def torch_cross_entropy(scores: Tensor, relevance: Tensor) -> Tensor:
    """PyTorch's cross-entropy, which takes probabilities of classes for a target."""
    return torch.nn.functional.cross_entropy(scores, torch.softmax(relevance, dim=-1))
