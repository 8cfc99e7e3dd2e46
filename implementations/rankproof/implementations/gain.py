"""The gain of a grade in NDCG, up to a factor that is common to a list and so leaves NDCG as it is."""

from __future__ import annotations

import math

import torch
from torch import Tensor

LARGEST_EXPONENT = 100  # 2^100 and its sums stay within float32


def relative_gains(relevance: Tensor, gain: str) -> Tensor:
    r"""Gains of the items of each list.

    .. math:: g_i = 2^{-c} (2^{y_i} - 1) \quad\text{or}\quad g_i = y_i

    with c = 0 unless a grade exceeds 100, where the gain itself would overflow float32.

    Args:
        relevance: grades of at least 0, [..., items], float32 or float64.
        gain: "exponential" or "linear".

    Returns:
        The gains, [..., items].
    """
    if gain == "linear" or relevance.shape[-1] == 0:
        return relevance
    excess = (relevance.amax(dim=-1, keepdim=True) - LARGEST_EXPONENT).clamp(min=0)
    large = torch.exp2(relevance - excess) - torch.exp2(-excess)
    # Below 1 the subtraction would cancel, down to a gain of 0 for a grade that is above 0.
    small = torch.expm1(relevance * math.log(2)) * torch.exp2(-excess)
    return torch.where(relevance < 1, small, large)
