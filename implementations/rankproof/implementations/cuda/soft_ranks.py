"""Soft ranks in Triton: tiles of sigmoids, computed forward and again backward, in O(n) memory."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function

from rankproof.implementations.cuda.launch import TRITON_DTYPES, as_flags, as_lists, launch, tiling
from rankproof.implementations.cuda.soft_rank_tiles import soft_rank_backward, soft_rank_forward
from rankproof.implementations.reduction import accumulation_dtype
from rankproof.implementations.saturation import without_infinities
from rankproof.implementations.transforms import batch_axis_first


def soft_ranks(
    scores: Tensor, members: Tensor | None, temperature: float, *, first_rank: str = "one", loss: str
) -> Tensor:
    r"""The soft ranks of the members of each list among themselves, in O(items^2) time and O(items) memory.

    .. math:: r_i = b + \sum_{j \ne i} \sigma\!\left(\frac{s_j - s_i}{T}\right), \qquad
        \frac{\partial \ell}{\partial s_i} = \frac{1}{T} \sum_{j \neq i} \sigma'\!\left(\frac{s_i - s_j}{T}\right)
        \left(\frac{\partial \ell}{\partial r_j} - \frac{\partial \ell}{\partial r_i}\right)

    Both sums go over tiles of sigmoids that are never stored.

    Args:
        scores: s, [..., items].
        members: True at an item that is ranked, [..., items]; None for all.
        temperature: T, the difference over which the sigmoid turns.
        first_rank: "one" or "zero", the rank b of an item that all others come after.
        loss: the name of the loss, for its errors.

    Returns:
        The ranks in the dtype of accumulation, [..., items]; NaN in a list with a NaN among its members, and b,
        without a gradient, for other items.

    Raises:
        RuntimeError: tensors on a CPU, without Triton's interpreter; or a second derivative, which there is not.
    """
    first = 1 if first_rank == "one" else 0
    return _SoftRanks.apply(scores, members, 1 / temperature, first, loss)  # type: ignore[no-any-return,no-untyped-call]


class _SoftRanks(Function):
    """The ranks, whose derivatives by the scores are a symmetric matrix."""

    @staticmethod
    def forward(scores: Tensor, members: Tensor | None, sharpness: float, first: int, loss: str) -> Tensor:
        lists = as_lists(without_infinities(scores))
        ranks = torch.empty(lists.shape, dtype=accumulation_dtype(scores.dtype), device=scores.device)
        grid, tiles = tiling(*lists.shape)
        options = {"FIRST": first, "ACCUMULATE": TRITON_DTYPES[ranks.dtype], **tiles}
        launch(soft_rank_forward, grid, lists, as_flags(members), ranks, sharpness, *lists.shape, **options)
        return ranks.view(scores.shape)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        scores, members, ctx.sharpness, _, ctx.loss = inputs
        ctx.save_for_backward(scores, members)

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor | None, ...]:
        scores, members = ctx.saved_tensors
        return RankGradient.apply(None, scores, upstream, members, ctx.sharpness, ctx.loss), *(None,) * 4  # type: ignore[no-untyped-call]

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *inputs: Any) -> tuple[Any, int]:
        return _SoftRanks.apply(*batch_axis_first(info.batch_size, in_dims, inputs)), 0  # type: ignore[no-untyped-call]


class RankGradient(Function):
    """The gradient by the scores, from the derivatives by the ranks, times an upstream gradient of each list."""

    @staticmethod
    def forward(
        upstream: Tensor | None, scores: Tensor, slopes: Tensor, members: Tensor | None, sharpness: float, loss: str
    ) -> Tensor:
        lists = as_lists(without_infinities(scores))
        gradient = torch.empty_like(lists)
        grid, tiles = tiling(*lists.shape)
        factors = None if upstream is None else upstream.reshape(-1).contiguous()
        arguments = (lists, as_lists(slopes), as_flags(members), factors, gradient)
        options = {"ACCUMULATE": TRITON_DTYPES[slopes.dtype], **tiles}
        launch(soft_rank_backward, grid, *arguments, sharpness, *lists.shape, **options)
        return gradient.reshape(scores.shape)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        *_, ctx.loss = inputs

    @staticmethod
    def backward(ctx: Any, along: Tensor) -> None:
        raise RuntimeError(
            f"{ctx.loss}: got a second derivative to compute, expected one alone from the Triton kernels; "
            "choose the variant 'vectorized' where a gradient is to be differentiated"
        )

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *inputs: Any) -> tuple[Any, int]:
        return RankGradient.apply(*batch_axis_first(info.batch_size, in_dims, inputs)), 0  # type: ignore[no-untyped-call]
