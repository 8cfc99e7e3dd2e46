"""Margin ranking loss in one pass over one buffer."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function

from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.reduction import accumulation_dtype
from rankproof.implementations.transforms import batch_axis_first


@as_declared
def margin_ranking(input1: Tensor, input2: Tensor, target: Tensor, *, margin: float) -> Units:
    """As :func:`rankproof.implementations.margin_ranking`, in O(n) time and one buffer of n scores.

    The forward pass works in that buffer; what is left in it, the losses, tells the backward pass which pairs are
    active, so that nothing else is kept. Differentiable any number of times.
    """
    losses: Tensor = _MarginRanking.apply(input1, input2, target, margin)  # type: ignore[no-untyped-call]
    return losses


class _MarginRanking(Function):
    """The losses of the pairs, in the accumulation dtype."""

    @staticmethod
    def forward(input1: Tensor, input2: Tensor, target: Tensor, margin: float) -> Tensor:
        dtype = accumulation_dtype(input1.dtype)
        lead = torch.sub(input1.to(dtype), input2)
        lead.mul_(target)
        # relu_, unlike clamp_, has gradient 0 at 0 and passes NaN on.
        return lead.neg_().add_(margin).relu_()

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        input1, _, target, _ = inputs
        ctx.save_for_backward(output, target)
        ctx.dtype = input1.dtype

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor | None, Tensor | None, None, None]:
        losses, target = ctx.saved_tensors
        falling = torch.ops.aten.threshold_backward(upstream, losses, 0).mul_(target).to(ctx.dtype)
        first = falling.neg() if ctx.needs_input_grad[0] else None
        return first, falling if ctx.needs_input_grad[1] else None, None, None

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *inputs: Any) -> tuple[Tensor, int]:
        return _MarginRanking.apply(*batch_axis_first(info.batch_size, in_dims, inputs)), 0  # type: ignore[no-untyped-call]
