"""Ranking losses and their hand-derived gradients in numpy, float64: exact rather than fast."""

from __future__ import annotations

from rankproof.reference.approx_ndcg import approx_ndcg, approx_ndcg_gradient
from rankproof.reference.expected_rank import expected_rank, expected_rank_gradient
from rankproof.reference.margin_ranking import margin_ranking, margin_ranking_gradient
from rankproof.reference.pairwise_hinge import pairwise_hinge, pairwise_hinge_gradient
from rankproof.reference.soft_rank import soft_rank, soft_rank_gradient
from rankproof.reference.warp import warp, warp_gradient

__all__ = [
    "approx_ndcg",
    "approx_ndcg_gradient",
    "expected_rank",
    "expected_rank_gradient",
    "margin_ranking",
    "margin_ranking_gradient",
    "pairwise_hinge",
    "pairwise_hinge_gradient",
    "soft_rank",
    "soft_rank_gradient",
    "warp",
    "warp_gradient",
]
