"""Linear recurrences along the last axis, all places at once."""

from __future__ import annotations

import torch
from torch import Tensor


def running_sums(terms: Tensor, factors: Tensor) -> Tensor:
    r"""Sums that fade, :math:`x_i = f_i x_{i-1} + b_i` with :math:`x_{-1} = 0`, [..., items].

    By doubling the number of terms that each sum holds: O(log n) passes, without a product of many factors that
    underflows where the sum does not.

    Args:
        terms: b.
        factors: f, from 0 to 1; the first one is not used.
    """
    step, items = 1, terms.shape[-1]
    while step < items:
        terms = torch.addcmul(terms, factors, delayed(terms, step))
        factors = factors * delayed(factors, step)
        step *= 2
    return terms


def delayed(terms: Tensor, step: int) -> Tensor:
    """The terms ``step`` places later, behind zeros.

    Of full length: torch.compile would take a slice that is one long for a constant length.
    """
    return torch.nn.functional.pad(terms, (step, 0))[..., : terms.shape[-1]]
