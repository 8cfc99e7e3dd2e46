"""Ranking losses in PyTorch, for use in training: each as a function and as a module."""

from __future__ import annotations

from rankproof.implementations.approx_map import ApproxMAPLoss, approx_map
from rankproof.implementations.approx_mrr import ApproxMRRLoss, approx_mrr
from rankproof.implementations.approx_ndcg import ApproxNDCGLoss, approx_ndcg
from rankproof.implementations.approx_recall import ApproxRecallLoss, approx_recall
from rankproof.implementations.bpr import BPRLoss, bpr
from rankproof.implementations.expected_rank import ExpectedRankLoss, expected_rank
from rankproof.implementations.lambda_loss import LambdaLoss, lambda_loss
from rankproof.implementations.list_mle import ListMLELoss, list_mle
from rankproof.implementations.list_net import ListNetLoss, list_net
from rankproof.implementations.margin_ranking import MarginRankingLoss, margin_ranking
from rankproof.implementations.pairwise_hinge import PairwiseHingeLoss, pairwise_hinge
from rankproof.implementations.pairwise_logistic import PairwiseLogisticLoss, pairwise_logistic
from rankproof.implementations.plackett_luce import PlackettLuceLoss, plackett_luce
from rankproof.implementations.sample_permutations import sample_permutations
from rankproof.implementations.soft_rank import SoftRank, soft_rank
from rankproof.implementations.triplet_margin import TripletMarginLoss, triplet_margin
from rankproof.implementations.variants import VARIANTS, load_compilable
from rankproof.implementations.warp import WARPLoss, warp
from rankproof.spec.arguments import losses

__all__ = [
    "VARIANTS",
    "ApproxMAPLoss",
    "ApproxMRRLoss",
    "ApproxNDCGLoss",
    "ApproxRecallLoss",
    "BPRLoss",
    "ExpectedRankLoss",
    "LambdaLoss",
    "ListMLELoss",
    "ListNetLoss",
    "MarginRankingLoss",
    "PairwiseHingeLoss",
    "PairwiseLogisticLoss",
    "PlackettLuceLoss",
    "SoftRank",
    "TripletMarginLoss",
    "WARPLoss",
    "approx_map",
    "approx_mrr",
    "approx_ndcg",
    "approx_recall",
    "bpr",
    "expected_rank",
    "lambda_loss",
    "list_mle",
    "list_net",
    "margin_ranking",
    "pairwise_hinge",
    "pairwise_logistic",
    "plackett_luce",
    "sample_permutations",
    "soft_rank",
    "triplet_margin",
    "warp",
]

load_compilable(losses())
