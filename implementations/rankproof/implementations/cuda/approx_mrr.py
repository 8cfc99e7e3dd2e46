"""ApproxMRR in Triton: two passes over each list for its best positive, or tiles of sigmoids for the mean."""

from __future__ import annotations

from typing import Any

import torch
import triton
from torch import Tensor
from torch.autograd import Function

from rankproof.implementations.cuda.approx_mrr_best import best_rank_backward, best_rank_forward
from rankproof.implementations.cuda.launch import (
    PAIRS_OF_A_SHARED_TILE,
    TRITON_DTYPES,
    as_flags,
    as_lists,
    block_size,
    launch,
)
from rankproof.implementations.cuda.soft_ranks import soft_ranks
from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.metric_form import loss_of_metric
from rankproof.implementations.reduction import accumulation_dtype
from rankproof.implementations.saturation import without_infinities
from rankproof.implementations.transforms import batch_axis_first
from rankproof.implementations.vectorized.lists import propagate_nan, without_padding

LONGEST_BLOCK = 1024


@as_declared
def approx_mrr(
    scores: Tensor,
    positives: Tensor,
    *,
    mask: Tensor | None,
    temperature: float,
    several: str,
    form: str,
    nothing_relevant: str,
) -> Units:
    r"""As :func:`rankproof.implementations.approx_mrr`, in O(items) memory.

    A soft rank falls as the score rises, so that the positive that ranks best is the one with the highest score: it
    is found and ranked in two passes, O(items) time, and of equal ones the first is taken. The mean takes the ranks
    of all positives, over tiles of sigmoids that are never stored. Half precision is computed in float32.

    Raises:
        RuntimeError: tensors on a CPU, without Triton's interpreter; or a second derivative, which there is not.
    """
    clean, real = without_padding(scores, mask)
    positive = real & (positives != 0)
    if several == "best":
        rank, _ = _BestRank.apply(scores, positive, mask, 1 / temperature)  # type: ignore[no-untyped-call]
        metric = 1 / rank
    else:
        ranks = soft_ranks(scores, mask, temperature, loss="approx_mrr")
        metric = torch.where(positive, 1 / ranks, 0).sum(dim=-1) / positive.sum(dim=-1).clamp(min=1)
    values, denominator = loss_of_metric(metric, positive.any(dim=-1), form, nothing_relevant)
    return propagate_nan(values, clean, real), denominator


class _BestRank(Function):
    """The rank of the best positive of each list, and its position: the length of the list where there is none."""

    @staticmethod
    def forward(scores: Tensor, positive: Tensor, mask: Tensor | None, sharpness: float) -> tuple[Tensor, Tensor]:
        lists = as_lists(without_infinities(scores))
        ranks = torch.ones(scores.shape[:-1], dtype=accumulation_dtype(scores.dtype), device=scores.device)
        best = torch.zeros(scores.shape[:-1], dtype=torch.int32, device=scores.device)
        grid, blocks = _blocks(*lists.shape)
        arguments = (lists, as_flags(positive), as_flags(mask), ranks, best, sharpness, *lists.shape)
        launch(best_rank_forward, grid, *arguments, ACCUMULATE=TRITON_DTYPES[ranks.dtype], **blocks)
        return ranks, best

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, Tensor]) -> None:
        scores, _, mask, ctx.sharpness = inputs
        ctx.mark_non_differentiable(output[1])
        ctx.save_for_backward(scores, output[1], mask)

    @staticmethod
    def backward(ctx: Any, upstream: Tensor, _: Tensor) -> tuple[Tensor | None, ...]:
        return _Gradient.apply(upstream, *ctx.saved_tensors, ctx.sharpness), *(None,) * 3  # type: ignore[no-untyped-call]

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *inputs: Any) -> tuple[Any, tuple[int, int]]:
        return _BestRank.apply(*batch_axis_first(info.batch_size, in_dims, inputs)), (0, 0)  # type: ignore[no-untyped-call]


class _Gradient(Function):
    """The gradient of the scores, from the upstream gradient of the best rank of each list."""

    @staticmethod
    def forward(upstream: Tensor, scores: Tensor, best: Tensor, mask: Tensor | None, sharpness: float) -> Tensor:
        lists = as_lists(without_infinities(scores))
        gradient = torch.empty_like(lists)
        grid, blocks = _blocks(*lists.shape)
        factors = upstream.reshape(-1).contiguous()
        arguments = (lists, best.reshape(-1).contiguous(), as_flags(mask), factors, gradient, sharpness, *lists.shape)
        launch(best_rank_backward, grid, *arguments, ACCUMULATE=TRITON_DTYPES[upstream.dtype], **blocks)
        return gradient.reshape(scores.shape)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        """Nothing is kept: there is no second derivative."""

    @staticmethod
    def backward(ctx: Any, along: Tensor) -> None:
        raise RuntimeError(
            "approx_mrr: got a second derivative to compute, expected one alone from the Triton kernels; "
            "choose the variant 'vectorized' where a gradient is to be differentiated"
        )

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *inputs: Any) -> tuple[Any, int]:
        return _Gradient.apply(*batch_axis_first(info.batch_size, in_dims, inputs)), 0  # type: ignore[no-untyped-call]


def _blocks(lists: int, items: int) -> tuple[tuple[int, ...], dict[str, Any]]:
    """Grid and blocks of some lists, over whose items a program goes block by block; no items need no program."""
    columns = block_size(items, LONGEST_BLOCK)
    rows = block_size(lists, max(1, PAIRS_OF_A_SHARED_TILE // columns))
    return (triton.cdiv(lists, rows) if items else 0,), {"ROWS": rows, "COLUMNS": columns}
