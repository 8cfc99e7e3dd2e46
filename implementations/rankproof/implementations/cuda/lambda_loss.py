"""LambdaLoss in Triton: lists are sorted, and value and gradient computed together over tiles, in O(n) memory."""

from __future__ import annotations

import math
from typing import Any

from torch import Tensor
from torch.autograd import Function

from rankproof.implementations.cuda.lambda_loss_tiles import loss_by_kernel
from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.lambda_loss_ranked import PairOptions, loss_by_rank
from rankproof.implementations.transforms import batch_axis_first


@as_declared
def lambda_loss(
    scores: Tensor,
    relevance: Tensor,
    *,
    mask: Tensor | None,
    weighting: str,
    mu: float,
    sigma: float,
    gain: str,
    base: str,
    k: int | None,
    truncation: str,
    scaling: str,
) -> Units:
    r"""As :func:`rankproof.implementations.lambda_loss`, in O(items^2) time and O(items) memory.

    Lists are sorted, so that an item's rank is its position. Each item is set against its list in tiles whose weights
    are never stored; value and gradient are computed together, forward, and backward multiplies. No sum depends on
    the order in which programs run. Half precision is computed and reduced in float32.

    Raises:
        RuntimeError: tensors on a CPU, without Triton's interpreter; or a second derivative, which there is not.
    """
    options = PairOptions(weighting, mu, sigma, gain, k, truncation)
    values: Tensor
    values, _ = _LambdaLoss.apply(scores, relevance, mask, options)  # type: ignore[no-untyped-call]
    if scaling == "list_size":
        values = values * (scores.shape[-1] if mask is None else mask.sum(dim=-1))
    return values / math.log(2) if base == "two" else values


class _LambdaLoss(Function):
    """The losses of the lists, in natural logarithms, and their gradient."""

    @staticmethod
    def forward(scores: Tensor, relevance: Tensor, mask: Tensor | None, options: PairOptions) -> tuple[Tensor, Tensor]:
        return loss_by_rank(scores, relevance, mask, options, loss_by_kernel)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        ctx.mark_non_differentiable(output[1])
        ctx.save_for_backward(inputs[0], output[1])

    @staticmethod
    def backward(ctx: Any, upstream: Tensor, _: Any) -> tuple[Tensor, None, None, None]:
        return _Gradient.apply(*ctx.saved_tensors, upstream), None, None, None  # type: ignore[no-untyped-call]

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *inputs: Any) -> tuple[Any, tuple[int, int]]:
        return _LambdaLoss.apply(*batch_axis_first(info.batch_size, in_dims, inputs)), (0, 0)  # type: ignore[no-untyped-call]


class _Gradient(Function):
    """The gradient of each list times its upstream gradient; the scores are taken so that neither is a constant."""

    @staticmethod
    def forward(scores: Tensor, gradient: Tensor, upstream: Tensor) -> Tensor:
        return (gradient * upstream.unsqueeze(-1)).to(scores.dtype)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        pass

    @staticmethod
    def backward(ctx: Any, *upstream: Any) -> Any:
        raise RuntimeError(
            "lambda_loss: got a second derivative to compute, expected one alone from the Triton kernels; "
            "choose the variant 'vectorized' where a gradient is to be differentiated"
        )

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *inputs: Any) -> tuple[Tensor, int]:
        return _Gradient.apply(*batch_axis_first(info.batch_size, in_dims, inputs)), 0  # type: ignore[no-untyped-call]
