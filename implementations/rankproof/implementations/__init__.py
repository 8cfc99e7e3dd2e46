"""Ranking losses in PyTorch, for use in training: each as a function and as a module."""

from __future__ import annotations

from rankproof.implementations.approx_ndcg import ApproxNDCGLoss, approx_ndcg
from rankproof.implementations.expected_rank import ExpectedRankLoss, expected_rank
from rankproof.implementations.margin_ranking import MarginRankingLoss, margin_ranking
from rankproof.implementations.pairwise_hinge import PairwiseHingeLoss, pairwise_hinge
from rankproof.implementations.soft_rank import SoftRank, soft_rank
from rankproof.implementations.variants import VARIANTS, load_compilable
from rankproof.implementations.warp import WARPLoss, warp
from rankproof.spec.arguments import losses

__all__ = [
    "VARIANTS",
    "ApproxNDCGLoss",
    "ExpectedRankLoss",
    "MarginRankingLoss",
    "PairwiseHingeLoss",
    "SoftRank",
    "WARPLoss",
    "approx_ndcg",
    "expected_rank",
    "margin_ranking",
    "pairwise_hinge",
    "soft_rank",
    "warp",
]

load_compilable(losses())
