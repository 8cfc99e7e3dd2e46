"""LambdaLoss as people write it in PyTorch, correctly."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid


def broadcast_lambda_loss(scores: Tensor, relevance: Tensor, k: int | None, mu: float = 10.0) -> Tensor:
    """NDCG-Loss2++ of lists sorted by their scores, so that the weights of the ranks are one matrix for all lists."""
    ranked, order = scores.sort(dim=1, descending=True)
    grades = relevance.gather(1, order)
    ranks = torch.arange(1, scores.shape[1] + 1, dtype=scores.dtype, device=scores.device)
    discounts = torch.log2(1 + ranks)
    ideal = ((2 ** relevance.sort(dim=1, descending=True).values - 1) / discounts)[:, :k].sum(dim=1, keepdim=True)
    grades, ranked, discounts, ranks = grades[:, :k], ranked[:, :k], discounts[:k], ranks[:k]
    gains = (2**grades - 1) / ideal
    gaps = (ranks[:, None] - ranks[None, :]).abs().clamp(min=1)
    near = 1 / torch.log2(1 + gaps) - 1 / torch.log2(2 + gaps)
    weights = (1 / discounts[:, None] - 1 / discounts[None, :]).abs() + mu * near
    weights = weights * (gains[:, :, None] - gains[:, None, :]).abs() * (grades[:, :, None] > grades[:, None, :])
    costs = -logsigmoid(ranked[:, :, None] - ranked[:, None, :]) / torch.log(torch.tensor(2.0, device=scores.device))
    return (weights * costs).sum(dim=(1, 2)).mean()
