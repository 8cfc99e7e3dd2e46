"""Bayesian personalized ranking loss as tensor operations."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.reduction import accumulation_dtype


@as_declared
def bpr(positive_scores: Tensor, negative_scores: Tensor, *, form: str) -> Units:
    """As :func:`rankproof.implementations.bpr`, in O(n) time and memory."""
    dtype = accumulation_dtype(positive_scores.dtype)
    lead = positive_scores.to(dtype) - negative_scores.to(dtype)
    # logsigmoid and not the logarithm of a sigmoid, which is 0 at a lead of -200; and no 1 minus a sigmoid.
    return -functional.logsigmoid(lead) if form == "log_sigmoid" else torch.sigmoid(-lead)
