"""Soft ranks without a matrix of pairs, and how derivatives by the ranks go on to the scores."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function

from rankproof.implementations.custom_autograd.sigmoid_sums import smooth_counts, smooth_slopes
from rankproof.implementations.reduction import accumulation_dtype
from rankproof.implementations.saturation import without_infinities
from rankproof.implementations.transforms import batch_axis_first


def soft_ranks(
    scores: Tensor, members: Tensor | None, temperature: float, *, first_rank: str = "one", loss: str
) -> Tensor:
    r"""The soft ranks of the members of each list among themselves, in O(items) memory.

    .. math:: r_i = b + \sum_{j \ne i} \sigma\!\left(\frac{s_j - s_i}{T}\right), \qquad
        \frac{\partial \ell}{\partial s_i} = \frac{1}{T} \sum_{j \neq i} \sigma'\!\left(\frac{s_i - s_j}{T}\right)
        \left(\frac{\partial \ell}{\partial r_j} - \frac{\partial \ell}{\partial r_i}\right)

    On a CPU, scores of up to float32 that do not spread over too many temperatures take O(items p) time: the sigmoid
    is interpolated by p Chebyshev polynomials of each score to within 2^-28, where p is about 3.5 times the range of a
    list's scores in temperatures, and at least 14. Otherwise half of the pairs are computed, once forward and once
    backward, in tiles that fit the cache: O(items^2) time.

    Args:
        scores: s, [..., items].
        members: True at an item that is ranked, [..., items]; None for all.
        temperature: T, the difference over which the sigmoid turns.
        first_rank: "one" or "zero", the rank b of an item that all others come after.
        loss: the name of the loss, for its errors.

    Returns:
        The ranks in float64, [..., items]; NaN in a list with a NaN among its members. Those of other items mean
        nothing, and have no gradient.

    Raises:
        RuntimeError: when the gradient is itself differentiated.
    """
    first = 1 if first_rank == "one" else 0
    return _SoftRanks.apply(scores, members, temperature, first, loss)  # type: ignore[no-any-return,no-untyped-call]


def clean_lists(scores: Tensor, members: Tensor | None) -> tuple[Tensor, Tensor]:
    """The scores as [lists, items] in the dtype of accumulation, without infinities, and which are members.

    Another item takes the largest score of the members, so that it does not widen their range.
    """
    shape = (math.prod(scores.shape[:-1]), scores.shape[-1])
    clean = scores.reshape(shape).to(accumulation_dtype(scores.dtype))
    if members is None or scores.numel() == 0:
        return without_infinities(clean), torch.ones(shape, dtype=torch.bool, device=scores.device)
    real = members.reshape(shape)
    highest = torch.where(real, clean, -math.inf).amax(dim=-1, keepdim=True)
    return without_infinities(torch.where(real, clean, highest)), real


class _SoftRanks(Function):
    """The ranks, whose derivatives by the scores are a symmetric matrix."""

    @staticmethod
    def forward(scores: Tensor, members: Tensor | None, temperature: float, first: int, loss: str) -> Tensor:
        clean, real = clean_lists(scores, members)
        counts = smooth_counts(clean, real.to(clean.dtype), temperature)
        # In float32 a small count would be lost in the sum with 1.
        return (first + counts.double()).view(scores.shape)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        scores, members, ctx.temperature, _, ctx.loss = inputs
        ctx.save_for_backward(scores, members)

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor | None, ...]:
        scores, members = ctx.saved_tensors
        slopes = upstream if members is None else torch.where(members, upstream, 0)
        return RankGradient.apply(scores, slopes, members, ctx.temperature, ctx.loss), *(None,) * 4  # type: ignore[no-untyped-call]

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *inputs: Any) -> tuple[Tensor, int]:
        return _SoftRanks.apply(*batch_axis_first(info.batch_size, in_dims, inputs)), 0  # type: ignore[no-untyped-call]


class RankGradient(Function):
    """The gradient by the scores, from the derivatives by the ranks of the members, which are 0 elsewhere."""

    @staticmethod
    def forward(scores: Tensor, slopes: Tensor, members: Tensor | None, temperature: float, loss: str) -> Tensor:
        clean, real = clean_lists(scores, members)
        gradient = smooth_slopes(clean, real.to(clean.dtype), slopes.reshape(real.shape), temperature)
        gradient = gradient.view(scores.shape)
        return (gradient if members is None else gradient.masked_fill_(~members, 0)).to(scores.dtype)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        *_, ctx.loss = inputs

    @staticmethod
    def backward(ctx: Any, *upstream: Any) -> Any:
        raise RuntimeError(
            f"{ctx.loss}: the custom_autograd variant has no second derivative; "
            f"use rankproof.implementations.{ctx.loss} with variant='vectorized'"
        )

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *inputs: Any) -> tuple[Tensor, int]:
        return RankGradient.apply(*batch_axis_first(info.batch_size, in_dims, inputs)), 0  # type: ignore[no-untyped-call]
