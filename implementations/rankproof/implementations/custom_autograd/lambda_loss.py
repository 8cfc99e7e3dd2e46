"""LambdaLoss without a matrix of pairs: lists are sorted, and value and gradient summed over tiles of pairs."""

from __future__ import annotations

import math
from typing import Any

from torch import Tensor
from torch.autograd import Function

from rankproof.implementations.custom_autograd.lambda_loss_tiles import loss_by_tiles
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

    Lists are sorted, so that an item's rank is its position: the weight of a pair is the entry of a table that all
    lists share, times the difference of two gains. Value and gradient are computed together, forward, from half of
    the pairs, in tiles that fit the cache; backward multiplies. At k, k^2 / 2 pairs are computed, or k times the
    items where either item may be past k.

    Raises:
        RuntimeError: also, when the gradient is itself differentiated; the vectorized variant can be.
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
        return loss_by_rank(scores, relevance, mask, options, loss_by_tiles)

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
            "lambda_loss: the custom_autograd variant has no second derivative; "
            "use rankproof.implementations.lambda_loss with variant='vectorized'"
        )

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *inputs: Any) -> tuple[Tensor, int]:
        return _Gradient.apply(*batch_axis_first(info.batch_size, in_dims, inputs)), 0  # type: ignore[no-untyped-call]
