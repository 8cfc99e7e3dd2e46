"""The Plackett-Luce likelihood as tensor operations."""

from __future__ import annotations

from torch import Tensor

from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.vectorized.choices import log_chances, ordered_items, sums_of_the_rest
from rankproof.implementations.vectorized.lists import propagate_nan, without_padding


@as_declared
def plackett_luce(scores: Tensor, permutation: Tensor | None, *, mask: Tensor | None, form: str) -> Units:
    """As :func:`rankproof.implementations.plackett_luce`, in O(items log items) time and memory."""
    clean, real = without_padding(scores, mask)
    ordered, inside = ordered_items(clean, real, permutation)
    logarithm = log_chances(ordered, inside, *sums_of_the_rest(ordered, inside)).sum(dim=-1)
    values = {"negative_log": -logarithm, "log_probability": logarithm, "probability": logarithm.exp()}[form]
    return propagate_nan(values, clean, real)
