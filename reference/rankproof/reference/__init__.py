"""Ranking losses and their hand-derived gradients in numpy, float64: exact rather than fast."""

from __future__ import annotations

from rankproof.reference.approx_ndcg import approx_ndcg, approx_ndcg_gradient
from rankproof.reference.margin_ranking import margin_ranking, margin_ranking_gradient
from rankproof.reference.pairwise_hinge import pairwise_hinge, pairwise_hinge_gradient
from rankproof.reference.triplet_margin import triplet_margin, triplet_margin_gradient
from rankproof.reference.warp import warp, warp_gradient

__all__ = [
    "approx_ndcg",
    "approx_ndcg_gradient",
    "margin_ranking",
    "margin_ranking_gradient",
    "pairwise_hinge",
    "pairwise_hinge_gradient",
    "triplet_margin",
    "triplet_margin_gradient",
    "warp",
    "warp_gradient",
]
