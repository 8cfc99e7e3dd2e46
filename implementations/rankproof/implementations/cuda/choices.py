"""Likelihoods of choosing items one after the other, each among those that are left: one scan forward, one backward."""

from __future__ import annotations

from typing import Any

import torch
import triton
from torch import Tensor
from torch.autograd import Function

from rankproof.implementations.cuda.choices_scan import choices_backward, choices_forward
from rankproof.implementations.cuda.launch import INTERPRETED, TRITON_DTYPES, as_flags, as_lists, block_size, launch
from rankproof.implementations.reduction import accumulation_dtype
from rankproof.implementations.transforms import batch_axis_first

PLACES_OF_A_TILE = 256


def log_likelihood(
    scores: Tensor,
    order: Tensor | None,
    mask: Tensor | None,
    weights: Tensor | None = None,
    begins: Tensor | None = None,
) -> Tensor:
    r"""The weighted logarithm of the probability that items are chosen in an order, in the dtype of accumulation.

    .. math:: \sum_t w_t \left( s_{\pi_t} - \log \sum_{u \ge b_t} e^{s_{\pi_u}} \right)

    Each sum is relative to the highest score that is left, so that none overflows or underflows.

    Args:
        scores: s, [..., items].
        order: π, the position of the item at each place, int64; None for the order of the list.
        mask: True at a real item; places of padding are passed over.
        weights: w, at least 0, [..., items] in the order of the places; 1 where None.
        begins: b, for each place the one at which the items that it competes with begin, at most itself and the same
            for all places from there to it; itself where None.

    Raises:
        RuntimeError: tensors on a CPU, without Triton's interpreter; or when the gradient is differentiated.
    """
    value: Tensor
    value, _, _ = _LogLikelihood.apply(scores, order, mask, weights, begins)  # type: ignore[no-untyped-call]
    return value


class _LogLikelihood(Function):
    """The log-likelihoods of the lists; and for each place the highest score from there on, and the sum over it."""

    @staticmethod
    def forward(
        scores: Tensor, order: Tensor | None, mask: Tensor | None, weights: Tensor | None, begins: Tensor | None
    ) -> tuple[Tensor, Tensor, Tensor]:
        lists, dtype = as_lists(scores), accumulation_dtype(scores.dtype)
        highest, sums = (torch.empty(lists.shape, dtype=dtype, device=scores.device) for _ in range(2))
        values = torch.zeros(lists.shape[0], dtype=dtype, device=scores.device)
        items = (lists, _as_lists(order), as_flags(mask), _as_lists(weights, dtype))
        grid, tiles = _tiling(*lists.shape)
        options = {"ACCUMULATE": TRITON_DTYPES[dtype], **tiles}
        launch(choices_forward, grid, *items, values, highest, sums, *lists.shape, **options)
        if begins is not None:
            values = _values_of_groups(lists, highest, sums, order, mask, weights, as_lists(begins))
        return values.view(scores.shape[:-1]), highest.view(scores.shape), sums.view(scores.shape)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        _, highest, sums = output
        ctx.mark_non_differentiable(highest, sums)
        ctx.save_for_backward(*inputs, highest, sums)

    @staticmethod
    def backward(ctx: Any, upstream: Tensor, *_: Any) -> tuple[Tensor | None, ...]:
        return _Gradient.apply(upstream, *ctx.saved_tensors), None, None, None, None  # type: ignore[no-untyped-call]

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *inputs: Any) -> tuple[Any, tuple[int, int, int]]:
        return _LogLikelihood.apply(*batch_axis_first(info.batch_size, in_dims, inputs)), (0, 0, 0)  # type: ignore[no-untyped-call]


class _Gradient(Function):
    """The gradient by the scores, from the sums."""

    @staticmethod
    def forward(
        upstream: Tensor,
        scores: Tensor,
        order: Tensor | None,
        mask: Tensor | None,
        weights: Tensor | None,
        begins: Tensor | None,
        highest: Tensor,
        sums: Tensor,
    ) -> Tensor:
        lists, dtype = as_lists(scores), sums.dtype
        own = _as_lists(weights, dtype)
        shared = own
        if begins is not None:
            counted = torch.ones_like(as_lists(sums)) if own is None else own
            if mask is not None:
                counted = torch.where(_in_order(as_lists(mask), order), counted, 0)
            own = counted
            shared = torch.zeros_like(counted).scatter_add_(-1, as_lists(begins), counted)
        gradient = torch.empty_like(lists)
        items = (lists, _as_lists(order), as_flags(mask), own, shared, as_lists(highest), as_lists(sums))
        grid, tiles = _tiling(*lists.shape)
        options = {"ACCUMULATE": TRITON_DTYPES[dtype], **tiles}
        reaching = upstream.reshape(-1).to(dtype).contiguous()
        launch(choices_backward, grid, *items, reaching, gradient, *lists.shape, **options)
        return gradient.view(scores.shape)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        """Nothing is kept: there is no second derivative."""

    @staticmethod
    def backward(ctx: Any, *upstream: Any) -> Any:
        raise RuntimeError(
            "got a second derivative of a Plackett-Luce likelihood to compute, expected one alone from the Triton "
            "kernels; choose the variant 'vectorized' where a gradient is to be differentiated"
        )

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *inputs: Any) -> tuple[Any, int]:
        return _Gradient.apply(*batch_axis_first(info.batch_size, in_dims, inputs)), 0  # type: ignore[no-untyped-call]


def _values_of_groups(
    lists: Tensor,
    highest: Tensor,
    sums: Tensor,
    order: Tensor | None,
    mask: Tensor | None,
    weights: Tensor | None,
    begins: Tensor,
) -> Tensor:
    """The log-likelihoods where items compete with those before them too."""
    total = sums.gather(-1, begins)
    chosen = total != 0
    if mask is not None:
        chosen &= _in_order(as_lists(mask), order)
    chances = _in_order(lists, order) - highest.gather(-1, begins) - torch.where(chosen, total, 1).log()
    if weights is not None:
        given = as_lists(weights).to(sums.dtype)
        chosen, chances = chosen & (given > 0), chances * given
    return torch.where(chosen, chances, 0).sum(dim=-1)


def _in_order(lists: Tensor, order: Tensor | None) -> Tensor:
    return lists if order is None else lists.gather(-1, as_lists(order))


def _as_lists(tensor: Tensor | None, dtype: torch.dtype | None = None) -> Tensor | None:
    return None if tensor is None else as_lists(tensor).to(dtype or tensor.dtype)


def _tiling(lists: int, items: int) -> tuple[tuple[int], dict[str, Any]]:
    """Tiles of several short lists, or of one list whose blocks of places follow each other."""
    columns = block_size(items, PLACES_OF_A_TILE)
    rows = PLACES_OF_A_TILE // columns
    # The interpreter takes its time by the element.
    rows = block_size(lists, rows) if INTERPRETED else rows
    return (triton.cdiv(lists, rows) if items else 0,), {"ROWS": rows, "COLUMNS": columns}
