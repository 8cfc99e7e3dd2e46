"""How many items are before each, counted by sigmoids without a matrix of pairs, with a hand-written backward."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function

from rankproof.implementations.custom_autograd import sigmoid_sums
from rankproof.implementations.reduction import accumulation_dtype
from rankproof.implementations.saturation import without_infinities
from rankproof.implementations.transforms import batch_axis_first


def smooth_counts(scores: Tensor, mask: Tensor | None, temperature: float, *, loss: str) -> Tensor:
    r"""The smooth number of other real items before each, the largest score first; 0 at the padding.

    .. math:: c_i = \sum_{j \neq i} \sigma\!\left(\frac{s_j - s_i}{T}\right), \qquad
        \frac{\partial \ell}{\partial s_i} = \frac{1}{T} \sum_{j \neq i} \sigma'\!\left(\frac{s_i - s_j}{T}\right)
        \left(\frac{\partial \ell}{\partial c_j} - \frac{\partial \ell}{\partial c_i}\right)

    On a CPU, scores of up to float32 that do not spread over too many temperatures take O(items p) time: the sigmoid
    is interpolated by p Chebyshev polynomials of each score to within 2^-28, where p is about 3.5 times the range of a
    list's scores in temperatures, and at least 14. Otherwise half of the pairs are computed, once forward and once
    backward, in tiles that fit the cache: O(items^2) time. The memory is O(items).

    Args:
        scores: [..., items].
        mask: True at a real item, [..., items]; None where all are.
        temperature: T, the difference over which the sigmoid turns.
        loss: whose counts these are, for the message that there is no second derivative.

    Returns:
        The counts in the dtype of accumulation, [..., items]; NaN in a list with a NaN.
    """
    return _Counts.apply(scores, mask, temperature, loss)  # type: ignore[no-any-return, no-untyped-call]


class _Counts(Function):
    """The counts, whose derivatives are a symmetric matrix."""

    @staticmethod
    def forward(scores: Tensor, mask: Tensor | None, temperature: float, loss: str) -> Tensor:
        clean, real = _lists(scores, mask)
        counts = sigmoid_sums.smooth_counts(clean, real.to(clean.dtype), temperature)
        return torch.where(real, counts, 0).view(scores.shape)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        scores, mask, ctx.temperature, ctx.loss = inputs
        ctx.save_for_backward(scores, mask)

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor, None, None, None]:
        scores, mask = ctx.saved_tensors
        return _Gradient.apply(scores, upstream, mask, ctx.temperature, ctx.loss), None, None, None  # type: ignore[no-untyped-call]

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *inputs: Any) -> tuple[Tensor, int]:
        return _Counts.apply(*batch_axis_first(info.batch_size, in_dims, inputs)), 0  # type: ignore[no-untyped-call]


class _Gradient(Function):
    """The gradient by the scores, from the derivatives by the counts."""

    @staticmethod
    def forward(scores: Tensor, upstream: Tensor, mask: Tensor | None, temperature: float, loss: str) -> Tensor:
        clean, real = _lists(scores, mask)
        slopes = torch.where(real, upstream.reshape(real.shape), 0)
        gradient = sigmoid_sums.smooth_slopes(clean, real.to(clean.dtype), slopes, temperature)
        return torch.where(real, gradient, 0).view(scores.shape).to(scores.dtype)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        ctx.loss = inputs[-1]

    @staticmethod
    def backward(ctx: Any, *upstream: Any) -> Any:
        raise RuntimeError(
            f"{ctx.loss}: the custom_autograd variant has no second derivative; "
            f"use rankproof.implementations.{ctx.loss} with variant='vectorized'"
        )

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *inputs: Any) -> tuple[Tensor, int]:
        return _Gradient.apply(*batch_axis_first(info.batch_size, in_dims, inputs)), 0  # type: ignore[no-untyped-call]


def _lists(scores: Tensor, mask: Tensor | None) -> tuple[Tensor, Tensor]:
    """The scores as [lists, items] in the dtype of accumulation, and which are real.

    Padding takes the largest score of its list, so that it does not widen its range.
    """
    shape = (math.prod(scores.shape[:-1]), scores.shape[-1])
    clean = without_infinities(scores.reshape(shape).to(accumulation_dtype(scores.dtype)))
    if mask is None or scores.numel() == 0:
        return clean, torch.ones(shape, dtype=torch.bool, device=scores.device)
    real = mask.reshape(shape)
    lowest = torch.finfo(clean.dtype).min
    highest = torch.where(real, clean, lowest).amax(dim=-1, keepdim=True)
    return torch.where(real, clean, highest), real
