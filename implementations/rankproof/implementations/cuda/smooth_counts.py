"""How many items are before each, counted by sigmoids in Triton, in tiles that are never stored."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function

from rankproof.implementations.cuda.launch import TRITON_DTYPES, as_flags, as_lists, launch, tiling
from rankproof.implementations.cuda.smooth_count_tiles import smooth_counts_backward, smooth_counts_forward
from rankproof.implementations.reduction import accumulation_dtype
from rankproof.implementations.saturation import without_infinities
from rankproof.implementations.transforms import batch_axis_first


def smooth_counts(scores: Tensor, mask: Tensor | None, temperature: float, *, loss: str) -> Tensor:
    """The smooth number of other real items before each, the largest score first; 0 at the padding.

    Args:
        scores: [..., items].
        mask: True at a real item, [..., items]; None where all are.
        temperature: the difference over which the sigmoid turns.
        loss: whose counts these are, for the message that there is no second derivative.

    Returns:
        The sum of sigmoid((s_j - s_i) / temperature) over real j other than i, in the dtype of accumulation,
        [..., items]; NaN in a list with a NaN.
    """
    return _Counts.apply(scores, mask, 1 / temperature, loss)  # type: ignore[no-any-return, no-untyped-call]


class _Counts(Function):
    """The counts, whose derivatives are a symmetric matrix."""

    @staticmethod
    def forward(scores: Tensor, mask: Tensor | None, sharpness: float, loss: str) -> Tensor:
        lists = as_lists(without_infinities(scores))
        dtype = accumulation_dtype(scores.dtype)
        counts = torch.empty(scores.shape, dtype=dtype, device=scores.device)
        grid, tiles = tiling(*lists.shape)
        options = {"ACCUMULATE": TRITON_DTYPES[dtype], **tiles}
        launch(smooth_counts_forward, grid, lists, as_flags(mask), counts, sharpness, *lists.shape, **options)
        return counts

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        scores, mask, ctx.sharpness, ctx.loss = inputs
        ctx.save_for_backward(scores, mask)

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor, None, None, None]:
        return _Gradient.apply(upstream, *ctx.saved_tensors, ctx.sharpness, ctx.loss), None, None, None  # type: ignore[no-untyped-call]

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *inputs: Any) -> tuple[Tensor, int]:
        return _Counts.apply(*batch_axis_first(info.batch_size, in_dims, inputs)), 0  # type: ignore[no-untyped-call]


class _Gradient(Function):
    """The gradient of the scores, from what reaches the counts."""

    @staticmethod
    def forward(upstream: Tensor, scores: Tensor, mask: Tensor | None, sharpness: float, loss: str) -> Tensor:
        lists = as_lists(without_infinities(scores))
        gradient = torch.empty_like(lists)
        grid, tiles = tiling(*lists.shape)
        arguments = (lists, as_lists(upstream), as_flags(mask), gradient)
        options = {"ACCUMULATE": TRITON_DTYPES[accumulation_dtype(scores.dtype)], **tiles}
        launch(smooth_counts_backward, grid, *arguments, sharpness, *lists.shape, **options)
        return gradient.reshape(scores.shape)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        ctx.loss = inputs[-1]

    @staticmethod
    def backward(ctx: Any, along: Tensor) -> None:
        raise RuntimeError(
            f"{ctx.loss}: got a second derivative to compute, expected one alone from the Triton kernels; "
            "choose the variant 'vectorized' where a gradient is to be differentiated"
        )

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *inputs: Any) -> tuple[Tensor, int]:
        return _Gradient.apply(*batch_axis_first(info.batch_size, in_dims, inputs)), 0  # type: ignore[no-untyped-call]
