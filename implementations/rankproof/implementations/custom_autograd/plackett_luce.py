"""The Plackett-Luce likelihood by one running sum forward and one backward."""

from __future__ import annotations

from torch import Tensor

from rankproof.implementations.custom_autograd.choices import log_likelihood
from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.reduction import accumulation_dtype


@as_declared
def plackett_luce(scores: Tensor, permutation: Tensor | None, *, mask: Tensor | None, form: str) -> Units:
    """As :func:`rankproof.implementations.plackett_luce`, in O(items) time and memory.

    Raises:
        RuntimeError: also, when the gradient is itself differentiated; the vectorized variant can be.
    """
    order = None if permutation is None else permutation.long()
    logarithm = log_likelihood(scores, order, mask)
    values = {"negative_log": -logarithm, "log_probability": logarithm, "probability": logarithm.exp()}[form]
    return values.to(accumulation_dtype(scores.dtype))
