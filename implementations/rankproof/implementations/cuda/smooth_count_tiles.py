"""Kernels of the smooth number of items before each: tiles of sigmoids, computed forward and again backward."""

from __future__ import annotations

import triton
import triton.language as tl

from rankproof.implementations.cuda.arithmetic import sigmoids
from rankproof.implementations.cuda.launch import real_items, tile_rows


@triton.jit
def smooth_counts_forward(
    scores_ptr: tl.tensor,
    mask_ptr: tl.tensor,
    counts_ptr: tl.tensor,
    sharpness: tl.float64,
    lists: tl.tensor,
    n: tl.tensor,
    ACCUMULATE: tl.constexpr,
    SHORT: tl.constexpr,
    ROWS: tl.constexpr,
    COLUMNS: tl.constexpr,
) -> None:
    """The sum, for each row's item, of the sigmoids of the leads of all others over it; 0 at the padding."""
    row, rows, i = tile_rows(lists, n, SHORT, ROWS)
    real_i = real_items(mask_ptr, row, i, n)
    score_i = tl.load(scores_ptr + row * n + i, mask=real_i, other=0).to(ACCUMULATE)
    factor = tl.full([1, 1], sharpness, ACCUMULATE)
    before = tl.zeros([ROWS, COLUMNS], ACCUMULATE)
    for start in range(0, n, COLUMNS):
        j = start + tl.arange(0, COLUMNS)[None, :]
        real_j = real_items(mask_ptr, rows, j, n)
        score_j = tl.load(scores_ptr + rows * n + j, mask=real_j, other=0).to(ACCUMULATE)
        others = real_j & (i[:, None] != j)
        is_before, _ = sigmoids((score_j - score_i[:, None]) * factor)
        before += tl.where(others, is_before, 0.0)
    # An item alone in its list has nobody to compare a NaN with: it is added.
    count = tl.sum(before, axis=1) + tl.where(score_i != score_i, score_i, 0.0)
    tl.store(counts_ptr + row * n + i, tl.where(real_i, count, 0.0), mask=i < n)


@triton.jit
def smooth_counts_backward(
    scores_ptr: tl.tensor,
    upstream_ptr: tl.tensor,
    mask_ptr: tl.tensor,
    gradient_ptr: tl.tensor,
    sharpness: tl.float64,
    lists: tl.tensor,
    n: tl.tensor,
    ACCUMULATE: tl.constexpr,
    SHORT: tl.constexpr,
    ROWS: tl.constexpr,
    COLUMNS: tl.constexpr,
) -> None:
    """The gradient of each row's item: how far the counts of its pairs move, times what reaches the other's more."""
    row, rows, i = tile_rows(lists, n, SHORT, ROWS)
    real_i = real_items(mask_ptr, row, i, n)
    score_i = tl.load(scores_ptr + row * n + i, mask=real_i, other=0).to(ACCUMULATE)
    upstream_i = tl.load(upstream_ptr + row * n + i, mask=real_i, other=0)
    factor = tl.full([1, 1], sharpness, ACCUMULATE)
    moved = tl.zeros([ROWS, COLUMNS], ACCUMULATE)
    for start in range(0, n, COLUMNS):
        j = start + tl.arange(0, COLUMNS)[None, :]
        real_j = real_items(mask_ptr, rows, j, n)
        score_j = tl.load(scores_ptr + rows * n + j, mask=real_j, other=0).to(ACCUMULATE)
        upstream_j = tl.load(upstream_ptr + rows * n + j, mask=real_j, other=0)
        is_before, is_after = sigmoids((score_j - score_i[:, None]) * factor)
        pull = is_before * is_after * (upstream_j - upstream_i[:, None])
        moved += tl.where(real_j, pull, 0.0)
    gradient = tl.where(real_i, tl.sum(moved, axis=1) * tl.full([1], sharpness, ACCUMULATE), 0.0)
    tl.store(gradient_ptr + row * n + i, gradient, mask=i < n)
