"""Pairwise logistic loss in Triton: value and gradient from tiles of pairs, in one pass and O(n) memory."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function

from rankproof.implementations.cuda.launch import TRITON_DTYPES, as_flags, as_lists, launch, tiling
from rankproof.implementations.cuda.pairwise_logistic_tiles import pairwise_logistic_forward
from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.reduction import accumulation_dtype
from rankproof.implementations.transforms import batch_axis_first


@as_declared
def pairwise_logistic(
    scores: Tensor,
    relevance: Tensor,
    *,
    mask: Tensor | None,
    temperature: float,
    base: str,
    ties: str,
    normalization: str,
) -> Units:
    r"""As :func:`rankproof.implementations.pairwise_logistic`, in O(items^2) time and O(items) memory.

    The forward pass sets every item against its list, in tiles that are never stored, and finds the gradient on the
    way; the backward pass scales it. No sum depends on the order in which programs run. Half precision is computed
    and reduced in float32.

    Raises:
        RuntimeError: tensors on a CPU, without Triton's interpreter; or a second derivative, which there is not.
    """
    options = (temperature, math.log(2) if base == "two" else 1.0, ties == "half", normalization == "list_pairs")
    values, _, pairs = _PairwiseLogistic.apply(scores, relevance, mask, *options)  # type: ignore[no-untyped-call]
    return values, pairs if normalization == "batch_pairs" else None


class _PairwiseLogistic(Function):
    """The losses of the lists, their gradients and their numbers of pairs."""

    @staticmethod
    def forward(
        scores: Tensor,
        relevance: Tensor,
        mask: Tensor | None,
        temperature: float,
        unit: float,
        tied: bool,
        list_pairs: bool,
    ) -> tuple[Tensor, Tensor, Tensor]:
        batch, dtype = scores.shape[:-1], accumulation_dtype(scores.dtype)
        lists = (as_lists(scores), as_lists(_comparable(relevance)), as_flags(mask))
        costs, gradient = (torch.empty(lists[0].shape, dtype=dtype, device=scores.device) for _ in range(2))
        twice = torch.empty(lists[0].shape, dtype=torch.int32, device=scores.device)
        grid, tiles = tiling(*costs.shape)
        options = {"TIED": tied, "ACCUMULATE": TRITON_DTYPES[dtype], **tiles}
        launch(
            pairwise_logistic_forward, grid, *lists, costs, gradient, twice, float(temperature), *costs.shape, **options
        )
        pairs = twice.sum(-1) // 2
        divisors = (pairs.clamp(min=1) if list_pairs else torch.ones_like(pairs)).to(dtype) * unit
        values, gradient = costs.sum(-1) / divisors, gradient / divisors.unsqueeze(-1)
        return values.reshape(batch), gradient.reshape(scores.shape), pairs.reshape(batch)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, ...]) -> None:
        _, gradient, pairs = output
        ctx.mark_non_differentiable(gradient, pairs)
        ctx.save_for_backward(inputs[0], gradient)

    @staticmethod
    def backward(ctx: Any, upstream: Tensor, *_: Tensor) -> tuple[Tensor | None, ...]:
        return _Gradient.apply(*ctx.saved_tensors, upstream), *(None,) * 6  # type: ignore[no-untyped-call]

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *inputs: Any) -> tuple[Any, tuple[int, ...]]:
        return _PairwiseLogistic.apply(*batch_axis_first(info.batch_size, in_dims, inputs)), (0, 0, 0)  # type: ignore[no-untyped-call]


class _Gradient(Function):
    """The gradients [..., items] of the lists times what reaches each list [...]."""

    @staticmethod
    def forward(scores: Tensor, gradient: Tensor, upstream: Tensor) -> Tensor:
        return (gradient * upstream.unsqueeze(-1)).to(scores.dtype)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        """Nothing is kept: there is no second derivative."""

    @staticmethod
    def backward(ctx: Any, along: Tensor) -> None:
        raise RuntimeError(
            "pairwise_logistic: got a second derivative to compute, expected one alone from the Triton kernels; "
            "choose the variant 'vectorized' where a gradient is to be differentiated"
        )

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *inputs: Any) -> tuple[Any, int]:
        return _Gradient.apply(*batch_axis_first(info.batch_size, in_dims, inputs)), 0  # type: ignore[no-untyped-call]


def _comparable(relevance: Tensor) -> Tensor:
    """Grades in a dtype that kernels compare as they are: no booleans, no half precision."""
    if relevance.dtype == torch.bool:
        return relevance.to(torch.uint8)
    return relevance.to(accumulation_dtype(relevance.dtype))
