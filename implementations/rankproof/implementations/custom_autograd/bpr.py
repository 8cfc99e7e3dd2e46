"""Bayesian personalized ranking loss with a backward pass that needs the losses alone."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function
from torch.nn import functional

from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.reduction import accumulation_dtype
from rankproof.implementations.transforms import batch_axis_first

LINEAR_FROM = 40.0  # where exp(-x) is below a rounding of x, in float64 as well


@as_declared
def bpr(positive_scores: Tensor, negative_scores: Tensor, *, form: str) -> Units:
    r"""As :func:`rankproof.implementations.bpr`, in O(n) time, and with nothing kept but the scores.

    The chance of the wrong order, which is the gradient, is computed anew in the backward pass:

    .. math:: \frac{\partial \ell}{\partial s^-} = \sigma(x) \quad\text{of}\quad \ell = \log(1 + e^x),
        \quad x = s^- - s^+.

    Differentiable any number of times.
    """
    losses: Tensor = _BPR.apply(positive_scores, negative_scores, form == "log_sigmoid")  # type: ignore[no-untyped-call]
    return losses


class _BPR(Function):
    """The losses of the pairs, in the accumulation dtype."""

    @staticmethod
    def forward(positive_scores: Tensor, negative_scores: Tensor, logarithm: bool) -> Tensor:
        deficit = _deficit(positive_scores, negative_scores)
        return functional.softplus(deficit, threshold=LINEAR_FROM) if logarithm else deficit.sigmoid_()

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        positive_scores, negative_scores, ctx.logarithm = inputs
        ctx.save_for_backward(positive_scores, negative_scores)

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor | None, Tensor | None, None]:
        positive_scores, negative_scores = ctx.saved_tensors
        chance = _deficit(positive_scores, negative_scores).sigmoid_()
        rising = chance if ctx.logarithm else chance * (1 - chance)
        negative = (upstream * rising).to(positive_scores.dtype)
        return -negative if ctx.needs_input_grad[0] else None, negative if ctx.needs_input_grad[1] else None, None

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *inputs: Any) -> tuple[Tensor, int]:
        return _BPR.apply(*batch_axis_first(info.batch_size, in_dims, inputs)), 0  # type: ignore[no-untyped-call]


def _deficit(positive_scores: Tensor, negative_scores: Tensor) -> Tensor:
    """By how much the negatives lead."""
    return torch.sub(negative_scores.to(accumulation_dtype(negative_scores.dtype)), positive_scores)
