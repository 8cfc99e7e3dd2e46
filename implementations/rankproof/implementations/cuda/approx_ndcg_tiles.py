"""The kernel of ApproxNDCG: ranks by tiles of sigmoids, and each item's share of the NDCG."""

from __future__ import annotations

import triton
import triton.language as tl

from rankproof.implementations.cuda.arithmetic import divide, sigmoids
from rankproof.implementations.cuda.launch import real_items, tile_rows
from rankproof.implementations.cuda.soft_rank_tiles import soft_ranks_of_rows


@triton.jit
def approx_ndcg_forward(
    scores_ptr: tl.tensor,
    weights_ptr: tl.tensor,
    mask_ptr: tl.tensor,
    shares_ptr: tl.tensor,
    slopes_ptr: tl.tensor,
    sharpness: tl.float64,
    cutoff: tl.float64,
    cutoff_sharpness: tl.float64,
    lists: tl.tensor,
    n: tl.tensor,
    HAS_CUTOFF: tl.constexpr,
    ACCUMULATE: tl.constexpr,
    SHORT: tl.constexpr,
    ROWS: tl.constexpr,
    COLUMNS: tl.constexpr,
) -> None:
    """Each row's item: its rank against its list, its share of the NDCG, and the slope of that share in the rank."""
    row, rows, i = tile_rows(lists, n, SHORT, ROWS)
    real_i = real_items(mask_ptr, row, i, n)
    score_i = tl.load(scores_ptr + row * n + i, mask=real_i, other=0).to(ACCUMULATE)
    rank = soft_ranks_of_rows(scores_ptr, mask_ptr, rows, i, score_i, sharpness, n, 1, ACCUMULATE, ROWS, COLUMNS)
    discount = divide(1.0, tl.log2(1.0 + rank))
    weight = tl.load(weights_ptr + row * n + i, mask=real_i, other=0)
    # d (1 / log2(1 + r)) / dr = -(1 / log2(1 + r))^2 / ((1 + r) ln 2)
    slope = -discount * discount * divide(1.4426950408889634, 1.0 + rank)
    if HAS_CUTOFF:
        cutoff_factor = tl.full([1], cutoff_sharpness, ACCUMULATE)
        inside, outside = sigmoids((tl.full([1], cutoff, ACCUMULATE) - rank) * cutoff_factor)
        slope = inside * slope - discount * inside * outside * cutoff_factor
        discount = inside * discount
    tl.store(shares_ptr + row * n + i, tl.where(real_i, weight * discount, 0.0), mask=i < n)
    tl.store(slopes_ptr + row * n + i, weight * slope, mask=real_i)
