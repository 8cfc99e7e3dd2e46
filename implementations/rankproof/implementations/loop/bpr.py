"""Bayesian personalized ranking loss, pair by pair."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.reduction import accumulation_dtype


@as_declared
def bpr(positive_scores: Tensor, negative_scores: Tensor, *, form: str) -> Units:
    """As :func:`rankproof.implementations.bpr`, by a loop over the pairs."""
    dtype = accumulation_dtype(positive_scores.dtype)
    positives, negatives = positive_scores.to(dtype).flatten(), negative_scores.to(dtype).flatten()
    values = []
    for i in range(positives.shape[0]):
        if form == "log_sigmoid":
            # logsigmoid and not the logarithm of a sigmoid, which is 0 at a lead of -200.
            values.append(-functional.logsigmoid(positives[i] - negatives[i]))
        else:
            # The sigmoid of the opposite lead and not 1 minus that of the lead, which would cancel.
            values.append(torch.sigmoid(negatives[i] - positives[i]))
    units = torch.stack(values) if values else positives - negatives
    return units.reshape(positive_scores.shape)
