"""Pairwise logistic loss without a matrix of pairs: as a series in each score, or a tile of pairs at a time."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function

from rankproof.implementations.custom_autograd.grades import grade_codes, unequal_pairs
from rankproof.implementations.custom_autograd.logistic_sums import logistic_sums
from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.reduction import accumulation_dtype
from rankproof.implementations.transforms import batch_axis_first


@as_declared
def pairwise_logistic(
    scores: Tensor,
    relevance: Tensor,
    *,
    mask: Tensor | None,
    temperature: float,
    base: str,
    ties: str,
    normalization: str,
) -> Units:
    r"""As :func:`rankproof.implementations.pairwise_logistic`, in O(items) memory.

    On a CPU, scores of up to float32 that do not spread over too many temperatures take O(items p) time, and
    O(p^2) for each distinct grade: what a pair costs is interpolated by p Chebyshev polynomials of each score to
    within 2^-28, where p is about 3.5 times the range of a list's scores in temperatures, and at least 14. Otherwise
    half of the pairs are computed, once, in tiles that fit the cache: O(items^2) time. The gradient is found together
    with the value, and scaled by the backward pass.

    Raises:
        RuntimeError: also, when the gradient is itself differentiated; the vectorized variant can be.
    """
    values, _, pairs = _PairwiseLogistic.apply(  # type: ignore[no-untyped-call]
        scores, relevance, mask, temperature, base, ties, normalization
    )
    return values, pairs if normalization == "batch_pairs" else None


class _PairwiseLogistic(Function):
    """The losses of the lists, their gradients and their numbers of pairs."""

    @staticmethod
    def forward(
        scores: Tensor,
        relevance: Tensor,
        mask: Tensor | None,
        temperature: float,
        base: str,
        ties: str,
        normalization: str,
    ) -> tuple[Tensor, Tensor, Tensor]:
        batch, dtype = scores.shape[:-1], accumulation_dtype(scores.dtype)
        if scores.numel() == 0:
            nothing = scores.new_zeros(batch, dtype=dtype)
            return nothing, scores.new_zeros(scores.shape, dtype=dtype), nothing.clone()
        shape = (math.prod(batch), scores.shape[-1])
        real = None if mask is None else mask.reshape(shape)
        clean, grades = _without_padding(scores.reshape(shape).to(dtype), real), relevance.reshape(shape)
        values, gradient = logistic_sums(clean, grades, real, temperature, ties == "half")
        pairs = values.new_ones(shape[0]) if normalization == "none" else _pairs(grades, real, ties).to(values.dtype)
        divisors = pairs.clamp(min=1) if normalization == "list_pairs" else torch.ones_like(pairs)
        divisors = divisors * math.log(2) if base == "two" else divisors
        poison = torch.where(clean.isnan().any(dim=-1), math.nan, 0.0)
        values, gradient = values / divisors + poison, gradient / divisors.unsqueeze(-1) + poison.unsqueeze(-1)
        gradient = gradient if real is None else gradient.masked_fill_(~real, 0)
        return values.to(dtype).view(batch), gradient.to(dtype).view(scores.shape), pairs.view(batch)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        _, gradient, pairs = output
        ctx.mark_non_differentiable(gradient, pairs)
        ctx.save_for_backward(inputs[0], gradient)

    @staticmethod
    def backward(ctx: Any, upstream: Tensor, *_: Any) -> tuple[Tensor | None, ...]:
        return _Gradient.apply(*ctx.saved_tensors, upstream), *(None,) * 6  # type: ignore[no-untyped-call]

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *inputs: Any) -> tuple[tuple[Tensor, ...], tuple[int, ...]]:
        return _PairwiseLogistic.apply(*batch_axis_first(info.batch_size, in_dims, inputs)), (0, 0, 0)  # type: ignore[no-untyped-call]


class _Gradient(Function):
    """The gradients of the lists times what reaches each list."""

    @staticmethod
    def forward(scores: Tensor, gradient: Tensor, upstream: Tensor) -> Tensor:
        return (gradient * upstream.unsqueeze(-1)).to(scores.dtype)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        pass

    @staticmethod
    def backward(ctx: Any, *upstream: Any) -> Any:
        raise RuntimeError(
            "pairwise_logistic: the custom_autograd variant has no second derivative; "
            "use rankproof.implementations.pairwise_logistic with variant='vectorized'"
        )

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *inputs: Any) -> tuple[Tensor, int]:
        return _Gradient.apply(*batch_axis_first(info.batch_size, in_dims, inputs)), 0  # type: ignore[no-untyped-call]


def _without_padding(scores: Tensor, real: Tensor | None) -> Tensor:
    """Padding takes the largest score of its list, so that it does not widen its range."""
    if real is None:
        return scores
    highest = torch.where(real, scores, torch.finfo(scores.dtype).min).amax(dim=-1, keepdim=True)
    return torch.where(real, scores, highest)


def _pairs(relevance: Tensor, real: Tensor | None, ties: str) -> Tensor:
    """The number of pairs of each list, [lists]."""
    if ties == "half":
        items = torch.ones_like(relevance, dtype=torch.long) if real is None else real.long()
        count = items.sum(dim=-1)
        return count * (count - 1) // 2
    codes, bits = grade_codes(relevance, real)
    return unequal_pairs(codes, bits, real)
