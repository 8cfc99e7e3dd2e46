"""WARP in Triton: violators searched in tiles or drawn from their law, never in a loop over trials."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function

from rankproof.implementations.cuda.launch import as_flags, as_lists, launch, tiling
from rankproof.implementations.cuda.warp_gradient import gradient_of_long_lists
from rankproof.implementations.cuda.warp_search import Law, find_violators, positive_tiling
from rankproof.implementations.cuda.warp_short import gradient_of_short_lists
from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.reduction import accumulation_dtype
from rankproof.implementations.transforms import batch_axis_first


@as_declared
def warp(
    scores: Tensor,
    positives: Tensor,
    order: Tensor | None,
    *,
    mask: Tensor | None,
    generator: torch.Generator | None,
    margin: float,
    violation: str,
    rank_weight: str,
    negatives: str,
    label_count: str,
    skipped: str,
    replacement: bool,
    max_trials: int | None,
    normalization: str,
) -> Units:
    r"""As :func:`rankproof.implementations.warp`, in O(items) memory and never in a loop over trials.

    With an order, each positive searches it in tiles. Without, its violators are counted, the number of trials is
    drawn from its exact law, and the violator uniformly: the draws are a function of one number from
    ``generator`` alone. The backward pass gathers what each item receives, so that no sum depends on the order in
    which programs run. Half precision is computed and reduced in float32.

    Raises:
        RuntimeError: tensors on a CPU, without Triton's interpreter.
    """
    law = Law(margin, violation, rank_weight, negatives, label_count, skipped, replacement, max_trials)
    seed = torch.randint(2**31, (1,), generator=generator, device=scores.device) if order is None else None
    values: Tensor
    values, *_ = _WARP.apply(  # type: ignore[no-untyped-call]
        scores, positives, order, mask, seed, law, normalization == "positives"
    )
    return values


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
    ) -> tuple[Tensor | None, ...]:
        batch, dtype = scores.shape[:-1], accumulation_dtype(scores.dtype)
        lists = (as_lists(scores), as_lists(positives != 0).view(torch.uint8), as_flags(mask))
        sums, search = find_violators(*lists, None if order is None else as_lists(order), seed, law, dtype)
        divisors = search.counts[:, 0].clamp(min=1) if per_positive else torch.ones_like(search.counts[:, 0])
        values = sums / divisors if per_positive else sums
        kept = (None if found is None else found.reshape(*batch, found.shape[-1]) for found in search)
        return values.reshape(batch), divisors.reshape(batch), *kept

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor | None, ...]) -> None:
        scores, positives, *_, law, _ = inputs
        ctx.mark_non_differentiable(*(tensor for tensor in output[1:] if tensor is not None))
        ctx.save_for_backward(positives, *output[1:])
        ctx.dtype, ctx.others = scores.dtype, law.negatives == "others"

    @staticmethod
    def backward(ctx: Any, upstream: Tensor, *_: Tensor) -> tuple[Tensor | None, ...]:
        positives, divisors, *search = ctx.saved_tensors
        return _Gradient.apply(upstream / divisors, positives, *search, ctx.dtype, ctx.others), *(None,) * 6  # type: ignore[no-untyped-call]

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *inputs: Any) -> tuple[Any, tuple[int | None, ...]]:
        outputs = _WARP.apply(*batch_axis_first(info.batch_size, in_dims, inputs))  # type: ignore[no-untyped-call]
        return outputs, tuple(None if tensor is None else 0 for tensor in outputs)


class _Gradient(Function):
    """The gradient of the scores, from the search and the scales of the lists."""

    @staticmethod
    def forward(
        scales: Tensor,
        positives: Tensor,
        counts: Tensor,
        violators: Tensor,
        weights: Tensor,
        items: Tensor | None,
        dtype: torch.dtype,
        others: bool,
    ) -> Tensor:
        scales, violators, weights = scales.reshape(-1).contiguous(), as_lists(violators), as_lists(weights)
        gradient = torch.zeros(violators.shape, dtype=dtype, device=violators.device)
        if items is None:
            grid, tiles = tiling(*gradient.shape)
            options = {"ROWS": tiles["ROWS"], "COLUMNS": tiles["COLUMNS"]}
            launch(gradient_of_short_lists, grid, scales, violators, weights, gradient, *gradient.shape, **options)
        else:
            grid, options = positive_tiling(*gradient.shape)
            found = (as_lists(items), as_lists(counts), violators, weights)
            arguments = (scales, as_lists(positives != 0).view(torch.uint8), *found, gradient, gradient.shape[-1])
            launch(gradient_of_long_lists, grid, *arguments, OTHERS=others, **options)
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
