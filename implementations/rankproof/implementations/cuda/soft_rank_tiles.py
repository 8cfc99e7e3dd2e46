"""Kernels of soft ranks: tiles of sigmoids, computed forward and again backward."""

from __future__ import annotations

import triton
import triton.language as tl

from rankproof.implementations.cuda.arithmetic import sigmoids
from rankproof.implementations.cuda.launch import real_items, tile_rows


@triton.jit
def soft_ranks_of_rows(
    scores_ptr: tl.tensor,
    members_ptr: tl.tensor,
    rows: tl.tensor,
    i: tl.tensor,
    score_i: tl.tensor,
    sharpness: tl.float64,
    n: tl.tensor,
    FIRST: tl.constexpr,
    ACCUMULATE: tl.constexpr,
    ROWS: tl.constexpr,
    COLUMNS: tl.constexpr,
) -> tl.tensor:
    """Each row's item: the first rank and the chance of each other member of its list to be above."""
    factor = tl.full([1, 1], sharpness, ACCUMULATE)
    above = tl.zeros([ROWS, COLUMNS], ACCUMULATE)
    for start in range(0, n, COLUMNS):
        j = start + tl.arange(0, COLUMNS)[None, :]
        real_j = real_items(members_ptr, rows, j, n)
        score_j = tl.load(scores_ptr + rows * n + j, mask=real_j, other=0).to(ACCUMULATE)
        others = real_j & (i[:, None] != j)
        is_above, _ = sigmoids((score_j - score_i[:, None]) * factor)
        above += tl.where(others, is_above, 0.0)
    # An item alone in its list has nobody to compare a NaN with: it is added.
    return FIRST + tl.sum(above, axis=1) + tl.where(score_i != score_i, score_i, 0.0)


@triton.jit
def soft_rank_forward(
    scores_ptr: tl.tensor,
    members_ptr: tl.tensor,
    ranks_ptr: tl.tensor,
    sharpness: tl.float64,
    lists: tl.tensor,
    n: tl.tensor,
    FIRST: tl.constexpr,
    ACCUMULATE: tl.constexpr,
    SHORT: tl.constexpr,
    ROWS: tl.constexpr,
    COLUMNS: tl.constexpr,
) -> None:
    """Each row's item: its soft rank among the members of its list; the first rank for what is no member."""
    row, rows, i = tile_rows(lists, n, SHORT, ROWS)
    member = real_items(members_ptr, row, i, n)
    score_i = tl.load(scores_ptr + row * n + i, mask=member, other=0).to(ACCUMULATE)
    rank = soft_ranks_of_rows(scores_ptr, members_ptr, rows, i, score_i, sharpness, n, FIRST, ACCUMULATE, ROWS, COLUMNS)
    tl.store(ranks_ptr + row * n + i, tl.where(member, rank, FIRST), mask=i < n)


@triton.jit
def soft_rank_backward(
    scores_ptr: tl.tensor,
    slopes_ptr: tl.tensor,
    members_ptr: tl.tensor,
    upstream_ptr: tl.tensor,
    gradient_ptr: tl.tensor,
    sharpness: tl.float64,
    lists: tl.tensor,
    n: tl.tensor,
    ACCUMULATE: tl.constexpr,
    SHORT: tl.constexpr,
    ROWS: tl.constexpr,
    COLUMNS: tl.constexpr,
) -> None:
    """The gradient of each row's item: how far the ranks of its pairs move, times the difference of their slopes."""
    row, rows, i = tile_rows(lists, n, SHORT, ROWS)
    real_i = real_items(members_ptr, row, i, n)
    score_i = tl.load(scores_ptr + row * n + i, mask=real_i, other=0).to(ACCUMULATE)
    slope_i = tl.load(slopes_ptr + row * n + i, mask=real_i, other=0)
    factor = tl.full([1, 1], sharpness, ACCUMULATE)
    moved = tl.zeros([ROWS, COLUMNS], ACCUMULATE)
    for start in range(0, n, COLUMNS):
        j = start + tl.arange(0, COLUMNS)[None, :]
        real_j = real_items(members_ptr, rows, j, n)
        score_j = tl.load(scores_ptr + rows * n + j, mask=real_j, other=0).to(ACCUMULATE)
        slope_j = tl.load(slopes_ptr + rows * n + j, mask=real_j, other=0)
        is_above, is_below = sigmoids((score_j - score_i[:, None]) * factor)
        pull = is_above * is_below * (slope_j - slope_i[:, None])
        moved += tl.where(real_j, pull, 0.0)
    scale = tl.full([1], sharpness, ACCUMULATE)
    if upstream_ptr is not None:
        scale = tl.load(upstream_ptr + row) * scale
    gradient = tl.where(real_i, tl.sum(moved, axis=1) * scale, 0.0)
    tl.store(gradient_ptr + row * n + i, gradient, mask=i < n)
