"""LambdaLoss without a matrix of pairs: lists are sorted, and value and gradient summed over tiles of pairs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function

from rankproof.implementations.custom_autograd.lambda_loss_tiles import Weights, tiled_loss
from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.lambda_loss_ranked import gap_bounds, inverse_discounts, ranked_lists
from rankproof.implementations.reduction import accumulation_dtype
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

    Lists are sorted, so that an item's rank is its position: the weight of a pair is a table's entry that all lists
    share, times the difference of two gains. Value and gradient are computed together, forward, from half of the
    pairs, in tiles that fit the cache; backward multiplies. At k the tiles are k by k, or k by items where either
    item may be past k.

    Raises:
        RuntimeError: also, when the gradient is itself differentiated; the vectorized variant can be.
    """
    options = _Options(weighting, mu, sigma, gain, k, truncation)
    values, _ = _LambdaLoss.apply(scores, relevance, mask, options)  # type: ignore[no-untyped-call]
    if scaling == "list_size":
        values = values * (scores.shape[-1] if mask is None else mask.sum(dim=-1))
    return values / math.log(2) if base == "two" else values


@dataclass(frozen=True)
class _Options:
    """The parameters that decide on the pairs."""

    weighting: str
    mu: float
    sigma: float
    gain: str
    k: int | None
    truncation: str


class _LambdaLoss(Function):
    """The losses of the lists, in natural logarithms, and their gradient."""

    @staticmethod
    def forward(
        scores: Tensor, relevance: Tensor, mask: Tensor | None, options: _Options
    ) -> tuple[Tensor, Tensor]:
        shape = (math.prod(scores.shape[:-1]), scores.shape[-1])
        clean = scores.reshape(shape).to(accumulation_dtype(scores.dtype))
        real = None if mask is None else mask.reshape(shape)
        values, gradient = _of_lists(clean, relevance.reshape(shape), real, options)
        diverged = clean.isnan() if real is None else clean.isnan() & real
        poison = torch.where(diverged.any(dim=-1), math.nan, 0.0)
        values, gradient = values + poison, gradient + poison.unsqueeze(-1)
        gradient = gradient if real is None else gradient.masked_fill_(~real, 0)
        return values.to(clean.dtype).view(scores.shape[:-1]), gradient.to(clean.dtype).view(scores.shape)

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


def _of_lists(scores: Tensor, relevance: Tensor, real: Tensor | None, options: _Options) -> tuple[Tensor, Tensor]:
    """The losses and gradients of lists [lists, items], in the order that was given."""
    items, k = scores.shape[-1], options.k
    lists = ranked_lists(scores, relevance, real, options.gain, k)
    rows = items if k is None else min(k, items)
    values, ranked = tiled_loss(
        lists, _weights(options, scores), options.sigma, rows, rows if options.truncation == "both" else items
    )
    if options.weighting == "ndcg_loss1":
        # Each item against itself, at the price of log 2.
        own = lists.shares * inverse_discounts(items, None if k is None else rows, scores)
        values = values + math.log(2) * own.sum(dim=-1)
    return values, torch.empty_like(ranked).scatter_(-1, lists.order, ranked)


def _weights(options: _Options, scores: Tensor) -> Weights:
    items = scores.shape[-1]
    inverse = bounds = None
    if options.weighting != "ndcg_loss2":
        inverse = inverse_discounts(items, options.k if options.truncation == "metric" else None, scores)
    if options.weighting in ("ndcg_loss2", "ndcg_loss2pp"):
        bounds = gap_bounds(items, scores) * (options.mu if options.weighting == "ndcg_loss2pp" else 1)
    return Weights(inverse, bounds, options.weighting == "ndcg_loss1")
