"""The weight of an estimated rank in WARP: a harmonic number or a logarithm."""

from __future__ import annotations

import torch
from torch import Tensor


def rank_weights(ranks: Tensor, rank_weight: str, largest: int, dtype: torch.dtype) -> Tensor:
    r"""Weigh each rank.

    .. math:: L(r) = \sum_{i=1}^{r} \frac{1}{i} \quad\text{or}\quad L(r) = \ln \max(1, r), \qquad L(0) = 0

    Args:
        ranks: integers from 0 to ``largest``, of any shape.
        rank_weight: "harmonic" or "logarithmic".
        largest: a bound on the ranks.
        dtype: the dtype of the result.

    Returns:
        The weights, in the shape of ``ranks``; they carry no gradient.
    """
    if rank_weight == "logarithmic":
        return ranks.clamp(min=1).to(dtype).log()
    # Made on the CPU: a cumulative sum is not deterministic on CUDA, and MPS has no float64.
    terms = torch.arange(1, largest + 1, dtype=torch.float64, device="cpu").reciprocal()
    table = torch.cat([terms.new_zeros(1), terms.cumsum(0)])
    return table.to(device=ranks.device, dtype=dtype)[ranks]
