"""Margin ranking loss in Triton: one pass over the pairs forward, one backward."""

from __future__ import annotations

from typing import Any

import torch
import triton
import triton.language as tl
from torch import Tensor
from torch.autograd import Function

from rankproof.implementations.cuda.launch import TRITON_DTYPES, launch
from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.reduction import accumulation_dtype
from rankproof.implementations.transforms import batch_axis_first

PAIRS_OF_A_PROGRAM = 1024


@as_declared
def margin_ranking(input1: Tensor, input2: Tensor, target: Tensor, *, margin: float) -> Units:
    r"""As :func:`rankproof.implementations.margin_ranking`, in one pass over the pairs.

    The forward pass keeps one byte a pair, the sign of its gradient, and none of its inputs; the backward pass
    writes both gradients at once. Half precision is computed and reduced in float32.

    Raises:
        RuntimeError: tensors on a CPU, without Triton's interpreter.
    """
    values: Tensor
    values, _ = _MarginRanking.apply(input1, input2, target, margin)  # type: ignore[no-untyped-call]
    return values


class _MarginRanking(Function):
    """The losses of the pairs and the signs of their gradients to input2, 0 where they cost nothing."""

    @staticmethod
    def forward(input1: Tensor, input2: Tensor, target: Tensor, margin: float) -> tuple[Tensor, Tensor]:
        pairs, device = input1.numel(), input1.device
        values = torch.empty(input1.shape, dtype=accumulation_dtype(input1.dtype), device=device)
        signs = torch.empty(input1.shape, dtype=torch.int8, device=device)
        arguments = (input1.contiguous(), input2.contiguous(), target.contiguous(), values, signs, float(margin), pairs)
        options = {"ACCUMULATE": TRITON_DTYPES[values.dtype], "BLOCK": PAIRS_OF_A_PROGRAM}
        launch(margin_ranking_forward, _grid(pairs), *arguments, **options)
        return values, signs

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, Tensor]) -> None:
        ctx.mark_non_differentiable(output[1])
        ctx.save_for_backward(output[1])
        ctx.dtype = inputs[0].dtype

    @staticmethod
    def backward(ctx: Any, upstream: Tensor, _: Tensor) -> tuple[Tensor | None, ...]:
        needed = ctx.needs_input_grad[:2]
        return *_Gradient.apply(upstream, *ctx.saved_tensors, ctx.dtype, *needed), None, None  # type: ignore[no-untyped-call]

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *inputs: Any) -> tuple[Any, tuple[int, int]]:
        return _MarginRanking.apply(*batch_axis_first(info.batch_size, in_dims, inputs)), (0, 0)  # type: ignore[no-untyped-call]


class _Gradient(Function):
    """The gradients to input1 and input2; None for one that is not needed."""

    @staticmethod
    def forward(
        upstream: Tensor, signs: Tensor, dtype: torch.dtype, first: bool, second: bool
    ) -> tuple[Tensor | None, Tensor | None]:
        gradient1 = torch.empty(signs.shape, dtype=dtype, device=signs.device) if first else None
        gradient2 = torch.empty(signs.shape, dtype=dtype, device=signs.device) if second else None
        # The gradient of a sum is one number seen from every pair: it is read in place, not written out.
        shared = not any(upstream.stride())
        upstream = upstream if shared else upstream.contiguous()
        arguments = (upstream, signs.contiguous(), gradient1, gradient2)
        pairs = signs.numel()
        launch(margin_ranking_backward, _grid(pairs), *arguments, pairs, SHARED=shared, BLOCK=PAIRS_OF_A_PROGRAM)
        return gradient1, gradient2

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        ctx.save_for_backward(inputs[1])
        ctx.dtype = inputs[0].dtype
        ctx.set_materialize_grads(False)

    @staticmethod
    def backward(ctx: Any, *along: Tensor | None) -> tuple[Tensor | None, ...]:
        """The gradients are linear in the upstream gradient, and constant in the scores between kinks."""
        (signs,) = ctx.saved_tensors
        terms = [
            factor * signs * direction.to(ctx.dtype)
            for factor, direction in zip((-1, 1), along, strict=True)
            if direction is not None
        ]
        return sum(terms) if terms else None, None, None, None, None

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *inputs: Any) -> tuple[Any, tuple[int | None, ...]]:
        needed = inputs[-2:]
        outputs = _Gradient.apply(*batch_axis_first(info.batch_size, in_dims, inputs))  # type: ignore[no-untyped-call]
        return outputs, tuple(0 if need else None for need in needed)


def _grid(pairs: int) -> tuple[int]:
    return (triton.cdiv(pairs, PAIRS_OF_A_PROGRAM),)


@triton.jit
def margin_ranking_forward(
    input1_ptr: tl.tensor,
    input2_ptr: tl.tensor,
    target_ptr: tl.tensor,
    values_ptr: tl.tensor,
    signs_ptr: tl.tensor,
    margin: tl.float64,
    pairs: tl.tensor,
    ACCUMULATE: tl.constexpr,
    BLOCK: tl.constexpr,
) -> None:
    """Each pair's loss and the sign of its gradient to input2."""
    index = tl.program_id(0).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
    inside = index < pairs
    first = tl.load(input1_ptr + index, mask=inside, other=0).to(ACCUMULATE)
    second = tl.load(input2_ptr + index, mask=inside, other=0).to(ACCUMULATE)
    target = tl.load(target_ptr + index, mask=inside, other=0).to(ACCUMULATE)
    shortfall = tl.full([1], margin, ACCUMULATE) - target * (first - second)
    # Not `shortfall > 0`: a NaN has to stay one.
    tl.store(values_ptr + index, tl.where(shortfall <= 0, 0.0, shortfall), mask=inside)
    tl.store(signs_ptr + index, tl.where(shortfall > 0, target, 0.0).to(tl.int8), mask=inside)


@triton.jit
def margin_ranking_backward(
    upstream_ptr: tl.tensor,
    signs_ptr: tl.tensor,
    gradient1_ptr: tl.tensor,
    gradient2_ptr: tl.tensor,
    pairs: tl.tensor,
    SHARED: tl.constexpr,
    BLOCK: tl.constexpr,
) -> None:
    """The gradients of each pair, but for one whose pointer is None."""
    index = tl.program_id(0).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
    inside = index < pairs
    upstream = tl.load(upstream_ptr + index * (0 if SHARED else 1), mask=inside, other=0)
    gradient = upstream * tl.load(signs_ptr + index, mask=inside, other=0).to(upstream.dtype)
    if gradient1_ptr is not None:
        tl.store(gradient1_ptr + index, -gradient, mask=inside)
    if gradient2_ptr is not None:
        tl.store(gradient2_ptr + index, gradient, mask=inside)
