"""Kernels of ApproxMRR: the rank of the best positive of each list, in two passes over its items."""

from __future__ import annotations

import triton
import triton.language as tl

from rankproof.implementations.cuda.arithmetic import sigmoids
from rankproof.implementations.cuda.launch import real_items


@triton.jit
def best_positions(
    scores_ptr: tl.tensor,
    positive_ptr: tl.tensor,
    row: tl.tensor,
    n: tl.tensor,
    ACCUMULATE: tl.constexpr,
    ROWS: tl.constexpr,
    COLUMNS: tl.constexpr,
) -> tl.tensor:
    """The first of the positives of each row with the highest score, [ROWS, 1]; n where there is none."""
    highest = tl.full([ROWS, COLUMNS], float("-inf"), ACCUMULATE)
    place = tl.full([ROWS, COLUMNS], 0, tl.int32) + n
    for start in range(0, n, COLUMNS):
        j = start + tl.arange(0, COLUMNS)[None, :]
        positive = real_items(positive_ptr, row, j, n)
        score = tl.load(scores_ptr + row * n + j, mask=positive, other=0).to(ACCUMULATE)
        better = positive & ((place == n) | (score > highest))
        highest = tl.where(better, score, highest)
        place = tl.where(better, j, place)
    leads = highest == tl.max(highest, axis=1)[:, None]
    return tl.min(tl.where(leads, place, n), axis=1)[:, None]


@triton.jit
def best_rank_forward(
    scores_ptr: tl.tensor,
    positive_ptr: tl.tensor,
    mask_ptr: tl.tensor,
    ranks_ptr: tl.tensor,
    best_ptr: tl.tensor,
    sharpness: tl.float64,
    lists: tl.tensor,
    n: tl.tensor,
    ACCUMULATE: tl.constexpr,
    ROWS: tl.constexpr,
    COLUMNS: tl.constexpr,
) -> None:
    """Each row's list: the position of its best positive, and 1 and the chance of each other item to be above it."""
    row = tl.program_id(0).to(tl.int64) * ROWS + tl.arange(0, ROWS)[:, None]
    inside = row < lists
    row = tl.minimum(row, lists - 1)
    best = best_positions(scores_ptr, positive_ptr, row, n, ACCUMULATE, ROWS, COLUMNS)
    score = tl.load(scores_ptr + row * n + best, mask=best < n, other=0).to(ACCUMULATE)
    factor = tl.full([1, 1], sharpness, ACCUMULATE)
    above = tl.zeros([ROWS, COLUMNS], ACCUMULATE)
    for start in range(0, n, COLUMNS):
        j = start + tl.arange(0, COLUMNS)[None, :]
        real = real_items(mask_ptr, row, j, n)
        other = tl.load(scores_ptr + row * n + j, mask=real, other=0).to(ACCUMULATE)
        is_above, _ = sigmoids((other - score) * factor)
        above += tl.where(real & (j != best), is_above, 0.0)
    tl.store(ranks_ptr + row, 1.0 + tl.sum(above, axis=1)[:, None], mask=inside)
    tl.store(best_ptr + row, best, mask=inside)


@triton.jit
def best_rank_backward(
    scores_ptr: tl.tensor,
    best_ptr: tl.tensor,
    mask_ptr: tl.tensor,
    upstream_ptr: tl.tensor,
    gradient_ptr: tl.tensor,
    sharpness: tl.float64,
    lists: tl.tensor,
    n: tl.tensor,
    ACCUMULATE: tl.constexpr,
    ROWS: tl.constexpr,
    COLUMNS: tl.constexpr,
) -> None:
    """Each row's list: every item's gradient; the best positive's is what the others' add up to, with another sign."""
    row = tl.program_id(0).to(tl.int64) * ROWS + tl.arange(0, ROWS)[:, None]
    inside = row < lists
    row = tl.minimum(row, lists - 1)
    best = tl.load(best_ptr + row)
    found = best < n
    score = tl.load(scores_ptr + row * n + best, mask=found, other=0).to(ACCUMULATE)
    factor = tl.full([1, 1], sharpness, ACCUMULATE)
    scale = tl.load(upstream_ptr + row) * factor
    moved = tl.zeros([ROWS, COLUMNS], ACCUMULATE)
    for start in range(0, n, COLUMNS):
        j = start + tl.arange(0, COLUMNS)[None, :]
        real = real_items(mask_ptr, row, j, n)
        other = tl.load(scores_ptr + row * n + j, mask=real, other=0).to(ACCUMULATE)
        is_above, is_below = sigmoids((other - score) * factor)
        pull = tl.where(real & found & (j != best), is_above * is_below * scale, 0.0)
        moved += pull
        tl.store(gradient_ptr + row * n + j, pull, mask=inside & (j < n) & (j != best))
    tl.store(gradient_ptr + row * n + best, -tl.sum(moved, axis=1)[:, None], mask=inside & found)
