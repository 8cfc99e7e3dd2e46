"""Ranking losses and their hand-derived gradients in numpy, float64: exact rather than fast."""

from __future__ import annotations

from rankproof.reference.approx_map import approx_map, approx_map_gradient
from rankproof.reference.approx_mrr import approx_mrr, approx_mrr_gradient
from rankproof.reference.approx_ndcg import approx_ndcg, approx_ndcg_gradient
from rankproof.reference.approx_recall import approx_recall, approx_recall_gradient
from rankproof.reference.bpr import bpr, bpr_gradient
from rankproof.reference.expected_rank import expected_rank, expected_rank_gradient
from rankproof.reference.lambda_loss import lambda_loss, lambda_loss_gradient
from rankproof.reference.list_mle import list_mle, list_mle_gradient
from rankproof.reference.list_net import list_net, list_net_gradient
from rankproof.reference.margin_ranking import margin_ranking, margin_ranking_gradient
from rankproof.reference.pairwise_hinge import pairwise_hinge, pairwise_hinge_gradient
from rankproof.reference.pairwise_logistic import pairwise_logistic, pairwise_logistic_gradient
from rankproof.reference.plackett_luce import plackett_luce, plackett_luce_gradient
from rankproof.reference.soft_rank import soft_rank, soft_rank_gradient
from rankproof.reference.triplet_margin import triplet_margin, triplet_margin_gradient
from rankproof.reference.warp import warp, warp_gradient

__all__ = [
    "approx_map",
    "approx_map_gradient",
    "approx_mrr",
    "approx_mrr_gradient",
    "approx_ndcg",
    "approx_ndcg_gradient",
    "approx_recall",
    "approx_recall_gradient",
    "bpr",
    "bpr_gradient",
    "expected_rank",
    "expected_rank_gradient",
    "lambda_loss",
    "lambda_loss_gradient",
    "list_mle",
    "list_mle_gradient",
    "list_net",
    "list_net_gradient",
    "margin_ranking",
    "margin_ranking_gradient",
    "pairwise_hinge",
    "pairwise_hinge_gradient",
    "pairwise_logistic",
    "pairwise_logistic_gradient",
    "plackett_luce",
    "plackett_luce_gradient",
    "soft_rank",
    "soft_rank_gradient",
    "triplet_margin",
    "triplet_margin_gradient",
    "warp",
    "warp_gradient",
]
