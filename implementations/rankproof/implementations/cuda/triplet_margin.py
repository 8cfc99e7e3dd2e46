"""Triplet margin loss in Triton: the rows of a batch, block by block of their features, forward and backward."""

from __future__ import annotations

import math
from typing import Any

import torch
import triton
from torch import Tensor
from torch.autograd import Function

from rankproof.implementations.cuda.launch import INTERPRETED, TRITON_DTYPES, as_lists, block_size, launch
from rankproof.implementations.cuda.triplet_margin_rows import triplet_margin_backward, triplet_margin_forward
from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.reduction import accumulation_dtype
from rankproof.implementations.transforms import batch_axis_first

FEATURES_OF_A_BLOCK = 512
# The interpreter takes its time by the program, not by the element.
ELEMENTS_OF_A_BLOCK = 16384 if INTERPRETED else 2048


@as_declared
def triplet_margin(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    *,
    margin: float,
    distance: str,
    p: float,
    eps: float,
    swap: bool,
) -> Units:
    r"""As :func:`rankproof.implementations.triplet_margin`, in O(features) time, and O(1) memory besides the gradients.

    The forward pass keeps two distances a triplet; the backward pass writes all three gradients at once. Half
    precision is computed and reduced in float32.

    Raises:
        RuntimeError: tensors on a CPU, without Triton's interpreter; or a second derivative, which there is not.
    """
    kind = {"squared_euclidean": "squared", "cosine": "cosine"}.get(distance) or _norm_named(p)
    numbers = (float(p), float(eps) if distance == "p_norm" else 0.0)
    values: Tensor
    values, *_ = _TripletMargin.apply(anchor, positive, negative, float(margin), numbers, kind, swap)  # type: ignore[no-untyped-call]
    return values


def _norm_named(p: float) -> str:
    """The norms that need no power are kernels of their own."""
    return "manhattan" if p == 1 else "euclidean" if p == 2 else "p_norm"


class _TripletMargin(Function):
    """The losses of the triplets, the distances that they are made of, and where the swap took effect."""

    @staticmethod
    def forward(
        anchor: Tensor,
        positive: Tensor,
        negative: Tensor,
        margin: float,
        numbers: tuple[float, float],
        kind: str,
        swap: bool,
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        lists = [as_lists(each) for each in (anchor, positive, negative)]
        batch, dtype = anchor.shape[:-1], accumulation_dtype(anchor.dtype)
        values, near, far = (torch.empty(batch, dtype=dtype, device=anchor.device) for _ in range(3))
        swapped = torch.empty(batch if swap else 0, dtype=torch.int8, device=anchor.device)
        grid, blocks = _blocks(*lists[0].shape)
        options = {"KIND": kind, "SWAP": swap, "ACCUMULATE": TRITON_DTYPES[dtype], **blocks}
        arguments = (*lists, values, near, far, swapped, margin, *numbers, *lists[0].shape)
        launch(triplet_margin_forward, grid, *arguments, **options)
        return values, near, far, swapped

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, ...]) -> None:
        *vectors, _, ctx.numbers, ctx.kind, ctx.swap = inputs
        ctx.mark_non_differentiable(*output[1:])
        ctx.save_for_backward(*vectors, *output)

    @staticmethod
    def backward(ctx: Any, upstream: Tensor, *_: Any) -> tuple[Tensor | None, ...]:
        *vectors, values, near, far, swapped = ctx.saved_tensors
        settings = (ctx.numbers, ctx.kind, *ctx.needs_input_grad[:3])
        swapped = swapped if ctx.swap else None
        gradients = _Gradient.apply(upstream, *vectors, values, near, far, swapped, *settings)  # type: ignore[no-untyped-call]
        return *gradients, None, None, None, None

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *inputs: Any) -> tuple[Any, tuple[int | None, ...]]:
        outputs = _TripletMargin.apply(*batch_axis_first(info.batch_size, in_dims, inputs))  # type: ignore[no-untyped-call]
        return outputs, (0, 0, 0, 0 if inputs[-1] else None)


class _Gradient(Function):
    """The gradients by the three vectors; None for one that is not needed."""

    @staticmethod
    def forward(
        upstream: Tensor,
        anchor: Tensor,
        positive: Tensor,
        negative: Tensor,
        values: Tensor,
        near: Tensor,
        far: Tensor,
        swapped: Tensor | None,
        numbers: tuple[float, float],
        kind: str,
        *needed: bool,
    ) -> tuple[Tensor | None, ...]:
        vectors = [as_lists(each) for each in (anchor, positive, negative)]
        gradients = [torch.empty_like(each) if need else None for each, need in zip(vectors, needed, strict=True)]
        # A NaN, too, has a gradient of NaN by all three vectors.
        factors = torch.where(values.isnan(), math.nan, torch.where(values > 0, upstream, 0))
        of_triplets = [each if each is None else each.contiguous() for each in (near, far, swapped)]
        grid, blocks = _blocks(*vectors[0].shape)
        options = {"KIND": kind, "ACCUMULATE": TRITON_DTYPES[values.dtype], **blocks}
        arguments = (*vectors, *of_triplets, factors.contiguous(), *gradients, *numbers, *vectors[0].shape)
        launch(triplet_margin_backward, grid, *arguments, **options)
        return tuple(each if each is None else each.view(anchor.shape) for each in gradients)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        """Nothing is kept: there is no second derivative."""

    @staticmethod
    def backward(ctx: Any, *along: Any) -> None:
        raise RuntimeError(
            "triplet_margin: got a second derivative to compute, expected one alone from the Triton kernels; "
            "choose the variant 'custom_autograd' where a gradient is to be differentiated"
        )

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *inputs: Any) -> tuple[Any, tuple[int | None, ...]]:
        outputs = _Gradient.apply(*batch_axis_first(info.batch_size, in_dims, inputs))  # type: ignore[no-untyped-call]
        return outputs, tuple(0 if need else None for need in inputs[-3:])


def _blocks(triplets: int, features: int) -> tuple[tuple[int], dict[str, int]]:
    """Grid and blocks: as many rows to a program as its registers hold."""
    columns = block_size(features, FEATURES_OF_A_BLOCK)
    rows = min(ELEMENTS_OF_A_BLOCK // columns, block_size(triplets, ELEMENTS_OF_A_BLOCK))
    return (triton.cdiv(triplets, rows),), {"ROWS": rows, "COLUMNS": columns}
