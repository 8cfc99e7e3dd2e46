"""Pairwise hinge loss by sorting: the pairs of each item are counted, never formed."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function

from rankproof.implementations.custom_autograd.active_pairs import active_pairs
from rankproof.implementations.custom_autograd.grades import grade_codes, unequal_pairs
from rankproof.implementations.custom_autograd.hard_negatives import hardest, semi_hard
from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.reduction import accumulation_dtype
from rankproof.implementations.transforms import batch_axis_first


@as_declared
def pairwise_hinge(
    scores: Tensor, relevance: Tensor, *, mask: Tensor | None, margin: float, negatives: str, normalization: str
) -> Units:
    r"""As :func:`rankproof.implementations.pairwise_hinge`, in O(items log items) time and O(items) memory.

    The loss of a list is linear in its scores as long as the same pairs are active,

    .. math:: \ell = \text{margin} \cdot A + \sum_k c_k s_k

    with A the number of active pairs and c_k those in which k is the negative less those in which it is the
    positive. Sorting the scores among the thresholds s_i - margin counts both; c is the gradient. For more than two
    grades the counts are taken once for each bit of the grade: a further O(items) for each bit, of which there are
    log2 of the number of distinct grades, real-valued ones included. The counts are exact integers and the one
    sum of scores is taken in float64: no offset or outlier costs more digits than one rounding of each score would.
    Differentiable any number of times.
    """
    values, _, pairs = _PairwiseHinge.apply(scores, relevance, mask, margin, negatives, normalization)  # type: ignore[no-untyped-call]
    return values, pairs if normalization == "batch_pairs" else None


class _PairwiseHinge(Function):
    """The losses of the lists, their coefficients c / divisor and their numbers of pairs."""

    @staticmethod
    def forward(
        scores: Tensor, relevance: Tensor, mask: Tensor | None, margin: float, negatives: str, normalization: str
    ) -> tuple[Tensor, Tensor, Tensor]:
        shape, dtype = scores.shape, accumulation_dtype(scores.dtype)
        if scores.numel() == 0:
            return (
                scores.new_zeros(shape[:-1], dtype=dtype),
                scores.new_zeros(shape, dtype=dtype),
                scores.new_zeros(shape[:-1]),
            )
        lists = scores.reshape(-1, shape[-1]).double()
        grades = relevance.reshape(lists.shape)
        real = None if mask is None else mask.reshape(lists.shape)
        values, coefficients, pairs = _linear_piece(lists, grades, real, margin, negatives, normalization)
        return (
            values.to(dtype).view(shape[:-1]),
            coefficients.to(dtype).view(shape),
            pairs.view(shape[:-1]),
        )

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        _, coefficients, pairs = output
        ctx.mark_non_differentiable(coefficients, pairs)
        ctx.save_for_backward(coefficients)
        ctx.dtype = inputs[0].dtype

    @staticmethod
    def backward(ctx: Any, upstream: Tensor, *_: Any) -> tuple[Tensor, None, None, None, None, None]:
        (coefficients,) = ctx.saved_tensors
        return (upstream.unsqueeze(-1) * coefficients).to(ctx.dtype), None, None, None, None, None

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *inputs: Any) -> tuple[tuple[Tensor, ...], tuple[int, ...]]:
        return _PairwiseHinge.apply(*batch_axis_first(info.batch_size, in_dims, inputs)), (0, 0, 0)  # type: ignore[no-untyped-call]


def _linear_piece(
    scores: Tensor, relevance: Tensor, real: Tensor | None, margin: float, negatives: str, normalization: str
) -> tuple[Tensor, Tensor, Tensor]:
    """Value, gradient and number of pairs of each list of [lists, items]."""
    codes, bits = grade_codes(relevance, real)
    clean = scores if real is None else scores.masked_fill(~real, 0)
    if negatives == "all":
        ranked = scores if real is None else scores.masked_fill(~real, math.inf)
        counts, active = active_pairs(ranked, codes, bits, margin)
        pairs = active if normalization == "none" else unequal_pairs(codes, bits, real)
    else:
        chosen, has_negative = hardest(clean, codes) if negatives == "hardest" else semi_hard(clean, codes, bits)
        has_negative = has_negative if real is None else has_negative & real
        counts, active = _hinge_counts(clean, chosen, has_negative, margin)
        pairs = has_negative.sum(dim=-1)
    # An infinite score in no active pair adds 0 times infinity, which is to be 0.
    terms = (counts * clean).nan_to_num_(0, math.inf, -math.inf)
    values = margin * active + terms.sum(dim=-1)
    if normalization == "list_pairs":
        divisor = pairs.clamp(min=1)
        values, counts = values / divisor, counts / divisor.unsqueeze(-1)
    poison = torch.where(clean.amax(dim=-1).isnan(), math.nan, 0.0)
    gradient = counts + poison.unsqueeze(-1)
    return values + poison, gradient if real is None else gradient.masked_fill_(~real, 0), pairs


def _hinge_counts(scores: Tensor, chosen: Tensor, has_negative: Tensor, margin: float) -> tuple[Tensor, Tensor]:
    """As :func:`active_pairs`, of the pairs of each item with its chosen negative."""
    pays = (margin - (scores - scores.gather(-1, chosen)) > 0) & has_negative
    paid = pays.double()
    return torch.zeros_like(scores).scatter_add_(-1, chosen, paid).sub_(paid), paid.sum(dim=-1)
