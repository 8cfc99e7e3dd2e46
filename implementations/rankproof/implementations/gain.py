"""The gain of a grade in NDCG, up to a factor that is common to a list and so leaves NDCG as it is."""

from __future__ import annotations

import math

import torch
from torch import Tensor


def relative_gains(relevance: Tensor, gain: str) -> Tensor:
    r"""Gains of the items of each list.

    .. math:: g_i = 2^{-c} (2^{y_i} - 1) \quad\text{or}\quad g_i = y_i

    with c the largest grade of the list, so that no gain overflows.

    Args:
        relevance: grades of at least 0, [..., items], float32 or float64.
        gain: "exponential" or "linear".

    Returns:
        The gains, [..., items].
    """
    if gain == "linear" or relevance.shape[-1] == 0:
        return relevance
    largest = relevance.amax(dim=-1, keepdim=True)
    large = torch.exp2(relevance - largest) - torch.exp2(-largest)
    # Below 1 the subtraction would cancel, down to a gain of 0 for a grade that is above 0.
    small = torch.expm1(relevance * math.log(2)) * torch.exp2(-largest)
    return torch.where(relevance < 1, small, large)
