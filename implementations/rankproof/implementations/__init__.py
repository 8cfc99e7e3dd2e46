"""Ranking losses in PyTorch, for use in training: each as a function and as a module."""

from __future__ import annotations

from rankproof.implementations.approx_ndcg import ApproxNDCGLoss, approx_ndcg
from rankproof.implementations.list_mle import ListMLELoss, list_mle
from rankproof.implementations.margin_ranking import MarginRankingLoss, margin_ranking
from rankproof.implementations.pairwise_hinge import PairwiseHingeLoss, pairwise_hinge
from rankproof.implementations.plackett_luce import PlackettLuceLoss, plackett_luce
from rankproof.implementations.sample_permutations import sample_permutations
from rankproof.implementations.variants import VARIANTS, load_compilable
from rankproof.implementations.warp import WARPLoss, warp
from rankproof.spec.arguments import losses

__all__ = [
    "VARIANTS",
    "ApproxNDCGLoss",
    "ListMLELoss",
    "MarginRankingLoss",
    "PairwiseHingeLoss",
    "PlackettLuceLoss",
    "WARPLoss",
    "approx_ndcg",
    "list_mle",
    "margin_ranking",
    "pairwise_hinge",
    "plackett_luce",
    "sample_permutations",
    "warp",
]

load_compilable(losses())
