"""Pairwise hinge loss in Triton: tiles of pairs for lists of a usual length, sorting for long ones."""

from __future__ import annotations

from typing import Any

import torch
import triton
import triton.language as tl
from torch import Tensor
from torch.autograd import Function

from rankproof.implementations.cuda.launch import as_flags, as_lists, launch
from rankproof.implementations.cuda.pairwise_hinge_sorted import hinge_by_sorting
from rankproof.implementations.cuda.pairwise_hinge_tiles import hinge_by_tiles
from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.reduction import accumulation_dtype
from rankproof.implementations.transforms import batch_axis_first

ITEMS_OF_A_PROGRAM = 1024
# Estimated from operation counts: up to here a quadratic number of cheap comparisons beats a dozen sorts.
LONGEST_LIST_IN_TILES = 32768


@as_declared
def pairwise_hinge(
    scores: Tensor, relevance: Tensor, *, mask: Tensor | None, margin: float, negatives: str, normalization: str
) -> Units:
    r"""As :func:`rankproof.implementations.pairwise_hinge`, in O(items) memory.

    Between kinks the gradient of a list's sum is an integer for each item: the forward pass counts it, the
    backward pass scales it. Lists of up to 32768 items compare all pairs, in tiles; longer ones take
    O(items log^2 items) time. No sum depends on the order in which programs run. Half precision is computed and
    reduced in float32.

    Raises:
        RuntimeError: tensors on a CPU, without Triton's interpreter.
    """
    list_pairs = normalization == "list_pairs"
    values, *_, pairs = _PairwiseHinge.apply(  # type: ignore[no-untyped-call]
        scores, relevance, mask, margin, negatives, list_pairs
    )
    return values, pairs if normalization == "batch_pairs" else None


class _PairwiseHinge(Function):
    """The losses of the lists, the signed counts of their items, what they are divided by, and the numbers of pairs."""

    @staticmethod
    def forward(
        scores: Tensor, relevance: Tensor, mask: Tensor | None, margin: float, negatives: str, list_pairs: bool
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        batch, dtype = scores.shape[:-1], accumulation_dtype(scores.dtype)
        compute = hinge_by_tiles if scores.shape[-1] <= LONGEST_LIST_IN_TILES else hinge_by_sorting
        lists = (as_lists(scores), as_lists(_comparable(relevance)), as_flags(mask))
        sums, signed, pairs = compute(*lists, margin, negatives, dtype)
        divisors = pairs.clamp(min=1) if list_pairs else torch.ones_like(pairs)
        values = sums / divisors if list_pairs else sums
        return values.reshape(batch), signed.reshape(scores.shape), divisors.reshape(batch), pairs.reshape(batch)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, ...]) -> None:
        _, signed, divisors, pairs = output
        ctx.mark_non_differentiable(signed, divisors, pairs)
        ctx.save_for_backward(signed, divisors)
        ctx.dtype = inputs[0].dtype

    @staticmethod
    def backward(ctx: Any, upstream: Tensor, *_: Tensor) -> tuple[Tensor | None, ...]:
        signed, divisors = ctx.saved_tensors
        return _Gradient.apply(upstream / divisors, signed, ctx.dtype), *(None,) * 5  # type: ignore[no-untyped-call]

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *inputs: Any) -> tuple[Any, tuple[int, ...]]:
        return _PairwiseHinge.apply(*batch_axis_first(info.batch_size, in_dims, inputs)), (0, 0, 0, 0)  # type: ignore[no-untyped-call]


class _Gradient(Function):
    """The signed counts [..., items] times the scales of their lists [...]."""

    @staticmethod
    def forward(scales: Tensor, signed: Tensor, dtype: torch.dtype) -> Tensor:
        gradient = torch.empty(signed.shape, dtype=dtype, device=signed.device)
        grid = (triton.cdiv(signed.numel(), ITEMS_OF_A_PROGRAM),)
        arguments = (scales.contiguous(), signed.contiguous(), gradient, signed.numel(), signed.shape[-1])
        launch(scale_counts, grid, *arguments, BLOCK=ITEMS_OF_A_PROGRAM)
        return gradient

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        ctx.save_for_backward(inputs[1])
        ctx.dtype = inputs[0].dtype

    @staticmethod
    def backward(ctx: Any, along: Tensor) -> tuple[Tensor | None, ...]:
        """The gradient is linear in the upstream gradient, and constant in the scores between kinks."""
        (signed,) = ctx.saved_tensors
        return (signed * along.to(ctx.dtype)).sum(-1), None, None

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *inputs: Any) -> tuple[Any, int]:
        return _Gradient.apply(*batch_axis_first(info.batch_size, in_dims, inputs)), 0  # type: ignore[no-untyped-call]


def _comparable(relevance: Tensor) -> Tensor:
    """Grades in a dtype that kernels compare as they are: no booleans, no half precision."""
    if relevance.dtype == torch.bool:
        return relevance.to(torch.uint8)
    return relevance.to(accumulation_dtype(relevance.dtype))


@triton.jit
def scale_counts(
    scales_ptr: tl.tensor,
    signed_ptr: tl.tensor,
    gradient_ptr: tl.tensor,
    items: tl.tensor,
    n: tl.tensor,
    BLOCK: tl.constexpr,
) -> None:
    """The gradient of each of the items of all lists: its signed count times the scale of its list of n."""
    i = tl.program_id(0).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
    inside = i < items
    scale = tl.load(scales_ptr + i // n, mask=inside, other=0)
    signed = tl.load(signed_ptr + i, mask=inside, other=0)
    tl.store(gradient_ptr + i, signed.to(scale.dtype) * scale, mask=inside)
