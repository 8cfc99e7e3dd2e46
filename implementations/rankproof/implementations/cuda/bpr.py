"""Bayesian personalized ranking loss in Triton: one pass over the pairs forward, one backward."""

from __future__ import annotations

from typing import Any

import torch
import triton
import triton.language as tl
from torch import Tensor
from torch.autograd import Function

from rankproof.implementations.cuda.launch import TRITON_DTYPES, launch
from rankproof.implementations.cuda.logistic_parts import logistic_parts
from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.reduction import accumulation_dtype
from rankproof.implementations.transforms import batch_axis_first

PAIRS_OF_A_PROGRAM = 1024


@as_declared
def bpr(positive_scores: Tensor, negative_scores: Tensor, *, form: str) -> Units:
    r"""As :func:`rankproof.implementations.bpr`, in one pass over the pairs.

    The forward pass keeps nothing but its inputs; the backward pass reads them again and writes both gradients at
    once. Half precision is computed and reduced in float32. Differentiable twice.

    Raises:
        RuntimeError: tensors on a CPU, without Triton's interpreter.
    """
    values: Tensor = _BPR.apply(positive_scores, negative_scores, form == "log_sigmoid")  # type: ignore[no-untyped-call]
    return values


class _BPR(Function):
    """The losses of the pairs."""

    @staticmethod
    def forward(positive_scores: Tensor, negative_scores: Tensor, logarithm: bool) -> Tensor:
        pairs, device = positive_scores.numel(), positive_scores.device
        values = torch.empty(positive_scores.shape, dtype=accumulation_dtype(positive_scores.dtype), device=device)
        arguments = (positive_scores.contiguous(), negative_scores.contiguous(), values, pairs)
        options = {"LOGARITHM": logarithm, "ACCUMULATE": TRITON_DTYPES[values.dtype], "BLOCK": PAIRS_OF_A_PROGRAM}
        launch(bpr_forward, _grid(pairs), *arguments, **options)
        return values

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        positive_scores, negative_scores, ctx.logarithm = inputs
        ctx.save_for_backward(positive_scores, negative_scores)

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor | None, ...]:
        needed = ctx.needs_input_grad[:2]
        return *_Gradient.apply(upstream, *ctx.saved_tensors, ctx.logarithm, *needed), None  # type: ignore[no-untyped-call]

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *inputs: Any) -> tuple[Any, int]:
        return _BPR.apply(*batch_axis_first(info.batch_size, in_dims, inputs)), 0  # type: ignore[no-untyped-call]


class _Gradient(Function):
    """The gradients to the positive and the negative scores; None for one that is not needed."""

    @staticmethod
    def forward(
        upstream: Tensor, positive_scores: Tensor, negative_scores: Tensor, logarithm: bool, first: bool, second: bool
    ) -> tuple[Tensor | None, Tensor | None]:
        shape, dtype, device = positive_scores.shape, positive_scores.dtype, positive_scores.device
        gradient1 = torch.empty(shape, dtype=dtype, device=device) if first else None
        gradient2 = torch.empty(shape, dtype=dtype, device=device) if second else None
        # The gradient of a sum is one number seen from every pair: it is read in place, not written out.
        shared = not any(upstream.stride())
        upstream = upstream if shared else upstream.contiguous()
        pairs = positive_scores.numel()
        arguments = (upstream, positive_scores.contiguous(), negative_scores.contiguous(), gradient1, gradient2, pairs)
        accumulate = TRITON_DTYPES[accumulation_dtype(positive_scores.dtype)]
        options = {"LOGARITHM": logarithm, "SHARED": shared, "ACCUMULATE": accumulate, "BLOCK": PAIRS_OF_A_PROGRAM}
        launch(bpr_backward, _grid(pairs), *arguments, **options)
        return gradient1, gradient2

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        upstream, positive_scores, negative_scores, ctx.logarithm, *_ = inputs
        ctx.save_for_backward(upstream, positive_scores, negative_scores)
        ctx.set_materialize_grads(False)

    @staticmethod
    def backward(ctx: Any, *along: Tensor | None) -> tuple[Tensor | None, ...]:
        """The gradient of the upstream gradient times the pull of each pair, away from its positive."""
        upstream, positive_scores, negative_scores = ctx.saved_tensors
        signed = [sign * each.to(upstream) for sign, each in zip((-1, 1), along, strict=True) if each is not None]
        if not signed:
            return (None,) * 6
        direction = sum(signed[1:], start=signed[0])
        falls = torch.sigmoid(negative_scores.to(upstream) - positive_scores.to(upstream))
        steepness = falls * (1 - falls)
        pull, curvature = (falls, steepness) if ctx.logarithm else (steepness, steepness * (1 - 2 * falls))
        moved = (direction * upstream * curvature).to(negative_scores.dtype)
        return direction * pull, -moved, moved, None, None, None

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *inputs: Any) -> tuple[Any, tuple[int | None, ...]]:
        outputs = _Gradient.apply(*batch_axis_first(info.batch_size, in_dims, inputs))  # type: ignore[no-untyped-call]
        return outputs, tuple(0 if needed else None for needed in inputs[-2:])


def _grid(pairs: int) -> tuple[int]:
    return (triton.cdiv(pairs, PAIRS_OF_A_PROGRAM),)


@triton.jit
def bpr_forward(
    positive_ptr: tl.tensor,
    negative_ptr: tl.tensor,
    values_ptr: tl.tensor,
    pairs: tl.tensor,
    LOGARITHM: tl.constexpr,
    ACCUMULATE: tl.constexpr,
    BLOCK: tl.constexpr,
) -> None:
    """Each pair's loss."""
    index = tl.program_id(0).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
    inside = index < pairs
    positive = tl.load(positive_ptr + index, mask=inside, other=0).to(ACCUMULATE)
    negative = tl.load(negative_ptr + index, mask=inside, other=0).to(ACCUMULATE)
    deficit = negative - positive
    logarithm, falls, _ = logistic_parts(deficit)
    if LOGARITHM:
        # Not `maximum`, which drops a NaN.
        falls = tl.where(deficit <= 0, 0.0, deficit) + logarithm
    tl.store(values_ptr + index, falls, mask=inside)


@triton.jit
def bpr_backward(
    upstream_ptr: tl.tensor,
    positive_ptr: tl.tensor,
    negative_ptr: tl.tensor,
    gradient1_ptr: tl.tensor,
    gradient2_ptr: tl.tensor,
    pairs: tl.tensor,
    LOGARITHM: tl.constexpr,
    SHARED: tl.constexpr,
    ACCUMULATE: tl.constexpr,
    BLOCK: tl.constexpr,
) -> None:
    """The gradients of each pair, but for one whose pointer is None."""
    index = tl.program_id(0).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
    inside = index < pairs
    upstream = tl.load(upstream_ptr + index * (0 if SHARED else 1), mask=inside, other=0)
    positive = tl.load(positive_ptr + index, mask=inside, other=0).to(ACCUMULATE)
    negative = tl.load(negative_ptr + index, mask=inside, other=0).to(ACCUMULATE)
    _, falls, leads = logistic_parts(negative - positive)
    pull = falls if LOGARITHM else falls * leads
    gradient = upstream * pull
    if gradient1_ptr is not None:
        tl.store(gradient1_ptr + index, -gradient, mask=inside)
    if gradient2_ptr is not None:
        tl.store(gradient2_ptr + index, gradient, mask=inside)
