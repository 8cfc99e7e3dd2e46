"""The Plackett-Luce likelihood in Triton: one scan of a list forward and one backward, in O(n) time and memory."""

from __future__ import annotations

from torch import Tensor

from rankproof.implementations.cuda.choices import log_likelihood
from rankproof.implementations.declared import Units, as_declared


@as_declared
def plackett_luce(scores: Tensor, permutation: Tensor | None, *, mask: Tensor | None, form: str) -> Units:
    """As :func:`rankproof.implementations.plackett_luce`, in O(items) time and memory.

    Half precision is computed and reduced in float32.

    Raises:
        RuntimeError: tensors on a CPU, without Triton's interpreter; or a second derivative, which there is not.
    """
    order = None if permutation is None else permutation.long()
    logarithm = log_likelihood(scores, order, mask)
    return {"negative_log": -logarithm, "log_probability": logarithm, "probability": logarithm.exp()}[form]
