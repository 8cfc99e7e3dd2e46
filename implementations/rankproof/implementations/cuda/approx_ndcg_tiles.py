"""Kernels of ApproxNDCG: tiles of sigmoids, computed forward and again backward."""

from __future__ import annotations

import triton
import triton.language as tl

from rankproof.implementations.cuda.launch import nan_among, real_items


@triton.jit
def divide(x: tl.tensor, y: tl.tensor) -> tl.tensor:
    """The quotient as IEEE rounds it; a plain float32 division is off by two units on a GPU."""
    if y.dtype == tl.float64:
        return x / y
    else:
        return tl.div_rn(x, y)


@triton.jit
def sigmoids(x: tl.tensor) -> tuple[tl.tensor, tl.tensor]:
    """The sigmoid of x and of -x; the exponent is never positive, so that nothing overflows."""
    small = tl.exp(-tl.abs(x))
    large = divide(1.0, 1.0 + small)
    small = small * large
    return tl.where(x >= 0, large, small), tl.where(x >= 0, small, large)


@triton.jit
def approx_ndcg_forward(
    scores_ptr: tl.tensor,
    weights_ptr: tl.tensor,
    mask_ptr: tl.tensor,
    sums_ptr: tl.tensor,
    slopes_ptr: tl.tensor,
    sharpness: tl.float64,
    cutoff: tl.float64,
    cutoff_sharpness: tl.float64,
    n: tl.tensor,
    HAS_CUTOFF: tl.constexpr,
    ACCUMULATE: tl.constexpr,
    ROWS: tl.constexpr,
    COLUMNS: tl.constexpr,
) -> None:
    """A tile's rows: their ranks, their share of the NDCG, and the slope of each item's share in its rank."""
    row = tl.program_id(0).to(tl.int64)
    i = tl.program_id(1) * ROWS + tl.arange(0, ROWS)
    real_i = real_items(mask_ptr, row, i, n)
    score_i = tl.load(scores_ptr + row * n + i, mask=real_i, other=0).to(ACCUMULATE)
    factor = tl.full([1, 1], sharpness, ACCUMULATE)
    above = tl.zeros([ROWS, COLUMNS], ACCUMULATE)
    for start in range(0, n, COLUMNS):
        j = start + tl.arange(0, COLUMNS)
        real_j = real_items(mask_ptr, row, j, n)
        score_j = tl.load(scores_ptr + row * n + j, mask=real_j, other=0).to(ACCUMULATE)
        others = real_j[None, :] & (i[:, None] != j[None, :])
        is_above, _ = sigmoids((score_j[None, :] - score_i[:, None]) * factor)
        above += tl.where(others, is_above, 0.0)
    rank = 1.0 + tl.sum(above, axis=1)
    discount = divide(1.0, tl.log2(1.0 + rank))
    weight = tl.load(weights_ptr + row * n + i, mask=real_i, other=0)
    # d (1 / log2(1 + r)) / dr = -(1 / log2(1 + r))^2 / ((1 + r) ln 2)
    slope = -discount * discount * divide(1.4426950408889634, 1.0 + rank)
    if HAS_CUTOFF:
        cutoff_factor = tl.full([1], cutoff_sharpness, ACCUMULATE)
        inside, outside = sigmoids((tl.full([1], cutoff, ACCUMULATE) - rank) * cutoff_factor)
        slope = inside * slope - discount * inside * outside * cutoff_factor
        discount = inside * discount
    share = tl.where(real_i, weight * discount, 0.0)
    tl.store(sums_ptr + row * tl.num_programs(1) + tl.program_id(1), tl.sum(share) + nan_among(score_i))
    tl.store(slopes_ptr + row * n + i, weight * slope, mask=real_i)


@triton.jit
def approx_ndcg_backward(
    scores_ptr: tl.tensor,
    slopes_ptr: tl.tensor,
    mask_ptr: tl.tensor,
    upstream_ptr: tl.tensor,
    gradient_ptr: tl.tensor,
    sharpness: tl.float64,
    n: tl.tensor,
    ACCUMULATE: tl.constexpr,
    ROWS: tl.constexpr,
    COLUMNS: tl.constexpr,
) -> None:
    """The gradient of a tile's rows: how far each pair's ranks move, times the difference of their slopes."""
    row = tl.program_id(0).to(tl.int64)
    i = tl.program_id(1) * ROWS + tl.arange(0, ROWS)
    real_i = real_items(mask_ptr, row, i, n)
    score_i = tl.load(scores_ptr + row * n + i, mask=real_i, other=0).to(ACCUMULATE)
    slope_i = tl.load(slopes_ptr + row * n + i, mask=real_i, other=0)
    factor = tl.full([1, 1], sharpness, ACCUMULATE)
    moved = tl.zeros([ROWS, COLUMNS], ACCUMULATE)
    for start in range(0, n, COLUMNS):
        j = start + tl.arange(0, COLUMNS)
        real_j = real_items(mask_ptr, row, j, n)
        score_j = tl.load(scores_ptr + row * n + j, mask=real_j, other=0).to(ACCUMULATE)
        slope_j = tl.load(slopes_ptr + row * n + j, mask=real_j, other=0)
        is_above, is_below = sigmoids((score_j[None, :] - score_i[:, None]) * factor)
        pull = is_above * is_below * (slope_j[None, :] - slope_i[:, None])
        moved += tl.where(real_j[None, :], pull, 0.0)
    scale = tl.load(upstream_ptr + row) * tl.full([], sharpness, ACCUMULATE)
    gradient = tl.where(real_i, tl.sum(moved, axis=1) * scale, 0.0)
    tl.store(gradient_ptr + row * n + i, gradient, mask=i < n)
