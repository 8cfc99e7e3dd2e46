"""The losses as they are computed for long lists, at any length: thresholds moved, for a process of its own."""

from __future__ import annotations

from rankproof.implementations.custom_autograd import active_pairs, sigmoid_series, violators
from rankproof.implementations.custom_autograd.approx_map import approx_map
from rankproof.implementations.custom_autograd.approx_ndcg import approx_ndcg
from rankproof.implementations.custom_autograd.pairwise_hinge import pairwise_hinge
from rankproof.implementations.custom_autograd.pairwise_logistic import pairwise_logistic
from rankproof.implementations.custom_autograd.soft_rank import soft_rank
from rankproof.implementations.custom_autograd.warp import warp

__all__ = ["approx_map", "approx_ndcg", "pairwise_hinge", "pairwise_logistic", "soft_rank", "warp"]

active_pairs.FEW_PAIRS = 0
sigmoid_series.CHEAPER_THAN = 0.1
violators.SCANS_PER_SORT = 0
