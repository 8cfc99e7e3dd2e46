"""WARP in Triton: violators searched in tiles or drawn from their law, never in a loop over trials."""

from __future__ import annotations

from typing import Any

import torch
import triton
import triton.language as tl
from torch import Tensor
from torch.autograd import Function

from rankproof.implementations.arguments import warp_arguments
from rankproof.implementations.cuda.launch import as_flags, as_lists, launch
from rankproof.implementations.cuda.warp_search import Law, find_violators, tiling
from rankproof.implementations.custom_autograd.transforms import batch_axis_first
from rankproof.implementations.reduction import accumulation_dtype, reduce_units


def warp(
    scores: Tensor,
    positives: Tensor,
    order: Tensor | None = None,
    *,
    margin: float = 1.0,
    violation: str = "margin",
    rank_weight: str = "harmonic",
    negatives: str = "non_positives",
    label_count: str = "items",
    skipped: str = "free",
    replacement: bool = False,
    max_trials: int | None = None,
    normalization: str = "none",
    mask: Tensor | None = None,
    reduction: str = "mean",
    generator: torch.Generator | None = None,
    validate: bool = True,
) -> Tensor:
    r"""As :func:`rankproof.implementations.warp`, in O(items) memory and never in a loop over trials.

    With an order, each positive searches it in tiles. Without, its violators are counted, the number of trials is
    drawn from its exact law, and the violator uniformly: the draws are a function of one number from
    ``generator`` alone. The backward pass gathers what each item receives, so that no sum depends on the order in
    which programs run. Half precision is computed and reduced in float32.

    Raises:
        RuntimeError: tensors on a CPU, without Triton's interpreter.
    """
    warp_arguments(
        scores,
        positives,
        order,
        mask,
        margin=margin,
        violation=violation,
        rank_weight=rank_weight,
        negatives=negatives,
        label_count=label_count,
        skipped=skipped,
        replacement=replacement,
        max_trials=max_trials,
        normalization=normalization,
        reduction=reduction,
        generator=generator,
        validate=validate,
    )
    law = Law(margin, violation, rank_weight, negatives, label_count, skipped, replacement, max_trials)
    seed = torch.randint(2**31, (1,), generator=generator, device=scores.device) if order is None else None
    values, *_ = _WARP.apply(  # type: ignore[no-untyped-call]
        scores, positives, order, mask, seed, law, normalization == "positives"
    )
    return reduce_units(values, reduction).to(scores.dtype)


class _WARP(Function):
    """The losses of the lists, what they are divided by, and the search that the gradient is made of."""

    @staticmethod
    def forward(
        scores: Tensor,
        positives: Tensor,
        order: Tensor | None,
        mask: Tensor | None,
        seed: Tensor | None,
        law: Law,
        per_positive: bool,
    ) -> tuple[Tensor, ...]:
        batch, dtype = scores.shape[:-1], accumulation_dtype(scores.dtype)
        lists = (as_lists(scores), as_lists(positives != 0).view(torch.uint8), as_flags(mask))
        sums, search = find_violators(*lists, None if order is None else as_lists(order), seed, law, dtype)
        divisors = search.counts[:, 0].clamp(min=1) if per_positive else torch.ones_like(search.counts[:, 0])
        values = sums / divisors if per_positive else sums
        found = (found.reshape(*batch, found.shape[-1]) for found in search)
        return values.reshape(batch), divisors.reshape(batch), *found

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, ...]) -> None:
        scores, positives, *_, law, _ = inputs
        ctx.mark_non_differentiable(*output[1:])
        ctx.save_for_backward(positives, *output[1:])
        ctx.dtype, ctx.others = scores.dtype, law.negatives == "others"

    @staticmethod
    def backward(ctx: Any, upstream: Tensor, *_: Tensor) -> tuple[Tensor | None, ...]:
        positives, divisors, *search = ctx.saved_tensors
        return _Gradient.apply(upstream / divisors, positives, *search, ctx.dtype, ctx.others), *(None,) * 6  # type: ignore[no-untyped-call]

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *inputs: Any) -> tuple[Any, tuple[int, ...]]:
        return _WARP.apply(*batch_axis_first(info.batch_size, in_dims, inputs)), (0,) * 6  # type: ignore[no-untyped-call]


class _Gradient(Function):
    """The gradient of the scores, from the search and the scales of the lists."""

    @staticmethod
    def forward(
        scales: Tensor,
        positives: Tensor,
        items: Tensor,
        counts: Tensor,
        violators: Tensor,
        weights: Tensor,
        dtype: torch.dtype,
        others: bool,
    ) -> Tensor:
        flags = as_lists(positives != 0).view(torch.uint8)
        gradient = torch.zeros(flags.shape, dtype=dtype, device=flags.device)
        search = (as_lists(found) for found in (items, counts, violators, weights))
        grid, blocks = tiling(*flags.shape)
        scales = scales.reshape(-1).contiguous()
        launch(warp_backward, grid, scales, flags, *search, gradient, flags.shape[-1], OTHERS=others, **blocks)
        return gradient.reshape(positives.shape)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        scales, *search, _, ctx.others = inputs
        ctx.save_for_backward(*search)
        ctx.dtype = scales.dtype

    @staticmethod
    def backward(ctx: Any, along: Tensor) -> tuple[Tensor | None, ...]:
        """The gradient is linear in the upstream gradient, and constant in the scores between kinks."""
        search = ctx.saved_tensors
        ones = torch.ones(along.shape[:-1], dtype=ctx.dtype, device=along.device)
        unscaled = _Gradient.apply(ones, *search, ctx.dtype, ctx.others)  # type: ignore[no-untyped-call]
        return (unscaled * along.to(ctx.dtype)).sum(-1), *(None,) * 7

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *inputs: Any) -> tuple[Any, int]:
        return _Gradient.apply(*batch_axis_first(info.batch_size, in_dims, inputs)), 0  # type: ignore[no-untyped-call]


@triton.jit
def warp_backward(
    scales_ptr: tl.tensor,
    positives_ptr: tl.tensor,
    items_ptr: tl.tensor,
    counts_ptr: tl.tensor,
    violators_ptr: tl.tensor,
    weights_ptr: tl.tensor,
    gradient_ptr: tl.tensor,
    n: tl.tensor,
    OTHERS: tl.constexpr,
    ROWS: tl.constexpr,
    COLUMNS: tl.constexpr,
) -> None:
    """The gradient of a tile's positives and of their violators: what each received less what it pays.

    A violator of several positives is written by each of them, always with the same sum; a violator that is a
    positive itself is written as one. ``gradient`` starts at 0.
    """
    row = tl.program_id(0).to(tl.int64)
    listed = tl.load(counts_ptr + 2 * row)
    scale = tl.load(scales_ptr + row)
    for first in range(tl.program_id(1) * ROWS, listed, tl.num_programs(1) * ROWS):
        p = first + tl.arange(0, ROWS)
        inside = p < listed
        i = tl.load(items_ptr + row * n + p, mask=inside, other=0)
        violator = tl.load(violators_ptr + row * n + p, mask=inside, other=-1)
        by_violator = tl.zeros([ROWS, COLUMNS], weights_ptr.dtype.element_ty)
        by_positive = tl.zeros([ROWS, COLUMNS], weights_ptr.dtype.element_ty)
        for start in range(0, listed, COLUMNS):
            q = start + tl.arange(0, COLUMNS)
            other = tl.load(violators_ptr + row * n + q, mask=q < listed, other=-1)
            weight = tl.load(weights_ptr + row * n + q, mask=q < listed, other=0)
            by_violator += tl.where(other[None, :] == violator[:, None], weight[None, :], 0.0)
            if OTHERS:
                by_positive += tl.where(other[None, :] == i[:, None], weight[None, :], 0.0)
        paid = tl.load(weights_ptr + row * n + p, mask=inside, other=0)
        tl.store(gradient_ptr + row * n + i, scale * (tl.sum(by_positive, axis=1) - paid), mask=inside)
        received = inside & (violator >= 0)
        if OTHERS:
            also_positive = tl.load(positives_ptr + row * n + violator, mask=received, other=0) != 0
            received = received & (also_positive == 0)
        tl.store(gradient_ptr + row * n + violator, scale * tl.sum(by_violator, axis=1), mask=received)
