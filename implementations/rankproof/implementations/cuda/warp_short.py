"""WARP for short lists, many of which share a tile: a row is an item, positive or not, and keeps its own place."""

from __future__ import annotations

import triton
import triton.language as tl

from rankproof.implementations.cuda.launch import real_items, tile_rows
from rankproof.implementations.cuda.warp_draw import draw
from rankproof.implementations.cuda.warp_tiles import weighted_hinges
from rankproof.implementations.cuda.warp_walk import walk


@triton.jit
def search_short_lists(
    scores_ptr: tl.tensor,
    positives_ptr: tl.tensor,
    mask_ptr: tl.tensor,
    counts_ptr: tl.tensor,
    violators_ptr: tl.tensor,
    weights_ptr: tl.tensor,
    hinges_ptr: tl.tensor,
    order_ptr: tl.tensor,
    length: tl.tensor,
    seed_ptr: tl.tensor,
    log_factorials_ptr: tl.tensor,
    margin: tl.float64,
    max_trials: tl.tensor,
    lists: tl.tensor,
    n: tl.tensor,
    VIOLATION: tl.constexpr,
    OTHERS: tl.constexpr,
    COUNT_SKIPPED: tl.constexpr,
    COUNT_NEGATIVES: tl.constexpr,
    LOGARITHMIC: tl.constexpr,
    REPLACEMENT: tl.constexpr,
    ACCUMULATE: tl.constexpr,
    ROWS: tl.constexpr,
    COLUMNS: tl.constexpr,
) -> None:
    """Violator, weight and weighted hinge of each item, -1 and 0 for one that is no positive or finds no violator.

    Along ``order``, or drawn where it is None. A NaN score makes the hinge of its item NaN, positive or not.
    """
    row, rows, i = tile_rows(lists, n, True, ROWS)
    columns = tl.arange(0, COLUMNS)[None, :]
    real = real_items(mask_ptr, rows, columns, n) & (i[:, None] < n)
    positive = real & (tl.load(positives_ptr + rows * n + columns, mask=real, other=0) != 0)
    listed = tl.sum(positive.to(tl.int32), axis=1)
    real_count = tl.sum(real.to(tl.int32), axis=1)
    negatives = real_count - 1 if OTHERS else real_count - listed
    labels = negatives + 1 if COUNT_NEGATIVES else real_count
    real_i = real_items(mask_ptr, row, i, n)
    mine = real_i & (tl.load(positives_ptr + row * n + i, mask=real_i, other=0) != 0)
    score_i = tl.load(scores_ptr + row * n + i, mask=real_i, other=0).to(ACCUMULATE)
    lead = tl.full([1], margin, ACCUMULATE)
    if order_ptr is not None:
        violator, trials = walk(
            scores_ptr,
            positives_ptr,
            mask_ptr,
            order_ptr,
            row,
            rows,
            i,
            score_i,
            mine,
            length,
            lead,
            max_trials,
            n,
            VIOLATION,
            OTHERS,
            COUNT_SKIPPED,
            ROWS,
            COLUMNS,
        )
    else:
        violator, trials = draw(
            scores_ptr,
            positives_ptr,
            mask_ptr,
            seed_ptr,
            log_factorials_ptr,
            row,
            rows,
            i,
            score_i,
            mine,
            real_count if COUNT_SKIPPED else negatives,
            lead,
            max_trials,
            n,
            VIOLATION,
            OTHERS,
            REPLACEMENT,
            ROWS,
            COLUMNS,
        )
    rank = (labels - 1) // tl.maximum(trials, 1)
    hinges, weight = weighted_hinges(scores_ptr, row, score_i, violator, rank, lead, n, LOGARITHMIC)
    tl.store(hinges_ptr + row * n + i, hinges + tl.where(score_i != score_i, score_i, 0.0), mask=i < n)
    tl.store(violators_ptr + row * n + i, violator, mask=i < n)
    tl.store(weights_ptr + row * n + i, weight, mask=i < n)
    tl.store(counts_ptr + 2 * row, listed, mask=i == 0)
    tl.store(counts_ptr + 2 * row + 1, real_count, mask=i == 0)


@triton.jit
def gradient_of_short_lists(
    scales_ptr: tl.tensor,
    violators_ptr: tl.tensor,
    weights_ptr: tl.tensor,
    gradient_ptr: tl.tensor,
    lists: tl.tensor,
    n: tl.tensor,
    ROWS: tl.constexpr,
    COLUMNS: tl.constexpr,
) -> None:
    """The gradient of each item: the weights of the positives that it violates less its own."""
    row, rows, i = tile_rows(lists, n, True, ROWS)
    columns = tl.arange(0, COLUMNS)[None, :]
    violator = tl.load(violators_ptr + rows * n + columns, mask=columns < n, other=-1)
    weight = tl.load(weights_ptr + rows * n + columns, mask=columns < n, other=0)
    received = tl.sum(tl.where(violator == i[:, None], weight, 0.0), axis=1)
    paid = tl.load(weights_ptr + row * n + i, mask=i < n, other=0)
    tl.store(gradient_ptr + row * n + i, tl.load(scales_ptr + row) * (received - paid), mask=i < n)
