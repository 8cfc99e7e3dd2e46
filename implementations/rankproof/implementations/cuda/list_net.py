"""ListNet in Triton: every score is read once forward and once backward, in O(n) memory."""

from __future__ import annotations

from typing import Any

import torch
import triton
from torch import Tensor
from torch.autograd import Function

from rankproof.implementations.cuda.launch import INTERPRETED, TRITON_DTYPES, as_flags, as_lists, block_size, launch
from rankproof.implementations.cuda.list_net_blocks import list_net_backward, list_net_forward
from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.reduction import accumulation_dtype
from rankproof.implementations.transforms import batch_axis_first

COLUMNS_OF_A_BLOCK = 1024
# As many as the registers of 4 warps hold; the interpreter takes its time by the program, not by the item.
ITEMS_OF_A_BLOCK = 16384 if INTERPRETED else 2048


@as_declared
def list_net(
    scores: Tensor,
    relevance: Tensor,
    *,
    mask: Tensor | None,
    target: str,
    temperature: float,
    nothing_relevant: str,
) -> Units:
    r"""As :func:`rankproof.implementations.list_net`, in O(items) time and memory.

    The sums of a softmax, and those of its cross-entropy, are kept relative to the largest score met so far. The
    backward pass needs four numbers a list of the forward pass. Half precision is computed and reduced in float32.

    Raises:
        RuntimeError: tensors on a CPU, without Triton's interpreter; or a second derivative, which there is not.
    """
    relevant = None
    if nothing_relevant != "counted":
        real = torch.ones_like(scores, dtype=torch.bool) if mask is None else mask
        relevant = ((relevance > 0) & real).any(dim=-1)
        if nothing_relevant == "uniform" and target != "softmax":
            relevance = _uniform_without(relevant, relevance.to(accumulation_dtype(scores.dtype)), real)
    values: Tensor
    values, _ = _ListNet.apply(scores, relevance, mask, 1 / temperature, target)  # type: ignore[no-untyped-call]
    if relevant is None or nothing_relevant != "skip":
        return values
    return torch.where(relevant | values.isnan(), values, 0), relevant


def _uniform_without(relevant: Tensor, grades: Tensor, real: Tensor) -> Tensor:
    """The grades, which add up to 1 and are equal where none is relevant."""
    items = real.sum(dim=-1, keepdim=True).clamp(min=1)
    return torch.where(relevant.unsqueeze(-1), grades, 1 / items.to(grades.dtype))


class _ListNet(Function):
    """The losses of lists, and the maxima and sums of each."""

    @staticmethod
    def forward(
        scores: Tensor, relevance: Tensor, mask: Tensor | None, sharpness: float, target: str
    ) -> tuple[Tensor, Tensor]:
        lists, dtype = as_lists(scores), accumulation_dtype(scores.dtype)
        values = torch.empty(scores.shape[:-1], dtype=dtype, device=scores.device)
        summaries = torch.empty((*scores.shape[:-1], 4), dtype=dtype, device=scores.device)
        grid, options = _blocks(lists, target, dtype)
        arguments = (lists, _labels(relevance), as_flags(mask), values, summaries, sharpness, *lists.shape)
        launch(list_net_forward, grid[:1], *arguments, **options)
        return values, summaries

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, Tensor]) -> None:
        scores, relevance, mask, *ctx.settings = inputs
        ctx.mark_non_differentiable(output[1])
        ctx.save_for_backward(scores, relevance, mask, output[1])

    @staticmethod
    def backward(ctx: Any, upstream: Tensor, _: Tensor) -> tuple[Tensor | None, ...]:
        return _Gradient.apply(upstream, *ctx.saved_tensors, *ctx.settings), *(None,) * 4  # type: ignore[no-untyped-call]

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *inputs: Any) -> tuple[Any, tuple[int, int]]:
        return _ListNet.apply(*batch_axis_first(info.batch_size, in_dims, inputs)), (0, 0)  # type: ignore[no-untyped-call]


class _Gradient(Function):
    """The gradient of the scores, from the upstream gradient and the maxima and sums of their lists."""

    @staticmethod
    def forward(
        upstream: Tensor,
        scores: Tensor,
        relevance: Tensor,
        mask: Tensor | None,
        summaries: Tensor,
        sharpness: float,
        target: str,
    ) -> Tensor:
        lists = as_lists(scores)
        gradient = torch.empty_like(lists)
        grid, options = _blocks(lists, target, summaries.dtype)
        given = (lists, _labels(relevance), as_flags(mask), summaries.contiguous(), upstream.reshape(-1).contiguous())
        launch(list_net_backward, grid, *given, gradient, sharpness, *lists.shape, **options)
        return gradient.reshape(scores.shape)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        """Nothing is kept: there is no second derivative."""

    @staticmethod
    def backward(ctx: Any, along: Tensor) -> None:
        raise RuntimeError(
            "list_net: got a second derivative to compute, expected one alone from the Triton kernels; "
            "choose the variant 'custom_autograd' where a gradient is to be differentiated"
        )

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *inputs: Any) -> tuple[Any, int]:
        return _Gradient.apply(*batch_axis_first(info.batch_size, in_dims, inputs)), 0  # type: ignore[no-untyped-call]


def _labels(relevance: Tensor) -> Tensor | None:
    """Grades as [lists, items] in whatever dtype they have; kernels cannot read booleans."""
    return as_flags(relevance) if relevance.dtype == torch.bool else as_lists(relevance)


def _blocks(scores: Tensor, target: str, dtype: torch.dtype) -> tuple[tuple[int, int], dict[str, Any]]:
    """Grid and blocks that cover [lists, items], several short lists a program; and the constants of the target."""
    lists, items = scores.shape
    columns = block_size(items, COLUMNS_OF_A_BLOCK)
    rows = block_size(lists, ITEMS_OF_A_BLOCK // columns)
    options = {
        "EXPONENTIAL": target == "softmax",
        "NORMALIZED": target != "labels",
        "ACCUMULATE": TRITON_DTYPES[dtype],
        "ROWS": rows,
        "COLUMNS": columns,
    }
    return (triton.cdiv(lists, rows), triton.cdiv(items, columns)), options
