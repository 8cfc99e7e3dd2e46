"""How good a ranking is: NDCG at 10 on the held-out edges."""

from __future__ import annotations

import torch
from torch import Tensor

from examples.lightgcn.graph import BipartiteGraph


def ndcg(scores: Tensor, relevant: Tensor, *, excluded: Tensor, k: int = 10) -> float:
    r"""Normalised discounted cumulative gain of the first k items, the mean over users with something relevant.

    .. math:: \frac{\sum_{r \le k} y_r / \log_2(1 + r)}{\sum_{r \le \min(k, |y|)} 1 / \log_2(1 + r)}

    Args:
        scores: [users, items]; tied items rank in the order of their numbers.
        relevant: y, booleans [users, items].
        excluded: items that are not ranked, booleans [users, items].
        k: how many ranks count.

    Returns:
        The mean, NaN where no user has anything relevant.
    """
    ranking = torch.argsort(scores.masked_fill(excluded, -torch.inf), dim=-1, descending=True, stable=True)[:, :k]
    discounts = 1 / torch.log2(2 + torch.arange(ranking.shape[-1], device=scores.device))
    gains = (relevant & ~excluded).gather(-1, ranking) * discounts
    found = (relevant & ~excluded).sum(dim=-1)
    judged = found > 0
    ideal = discounts.cumsum(dim=0)[found[judged].clamp(max=len(discounts)) - 1]
    return (gains.sum(dim=-1)[judged] / ideal).mean().item()


def held_out_ndcg(scores: Tensor, graph: BipartiteGraph) -> float:
    """NDCG at 10 of scores [users, items] on the held-out edges, known edges left out of the ranking."""
    return ndcg(scores, graph.held_out, excluded=graph.known)


def ceiling(graph: BipartiteGraph) -> float:
    """The same of a ranking that knows the planted clusters: what there is to be learnt."""
    return held_out_ndcg(graph.same_cluster.float(), graph)
