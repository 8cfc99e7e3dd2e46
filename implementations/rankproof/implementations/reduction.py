"""How units (pairs or lists) become the result: none, sum or mean; and in which dtype they are summed."""

from __future__ import annotations

import torch
from torch import Tensor


def accumulation_dtype(dtype: torch.dtype) -> torch.dtype:
    """The dtype in which a loss of scores of ``dtype`` is computed: float32 for half precision, else ``dtype``."""
    return torch.float32 if dtype in (torch.float16, torch.bfloat16) else dtype


def reduce_units(values: Tensor, reduction: str, denominator: Tensor | None = None) -> Tensor:
    r"""Reduce one value a unit.

    .. math:: \text{sum} = \sum_u v_u, \qquad \text{mean} = \frac{\sum_u v_u}{\sum_u d_u}

    A mean whose denominator is 0 (no unit, or none that counts) divides by nothing: it is the sum, a 0 that
    keeps the graph, or NaN where a unit is NaN.

    Args:
        values: the units, of any shape, in the dtype in which they are to be summed.
        reduction: "none", "sum" or "mean".
        denominator: what each unit adds to the mean's denominator, in the shape of ``values``; 1 each when None.

    Returns:
        ``values`` themselves for "none", otherwise a tensor without axes, in the dtype of ``values``.

    Raises:
        ValueError: an unknown reduction.
    """
    if reduction == "none":
        return values
    total = values.sum()
    if reduction == "sum":
        return total
    if reduction != "mean":
        raise ValueError(f"reduction: got {reduction!r}, expected 'none', 'sum' or 'mean'; check the spelling")
    if denominator is None:
        return total / max(1, values.numel())
    count = denominator.sum()
    return total / torch.where(count == 0, 1, count)
