"""WARP along a given order of trials: the first violator of each positive, searched in tiles."""

from __future__ import annotations

import triton
import triton.language as tl

from rankproof.implementations.cuda.warp_tiles import violating_negatives, weighted_hinges


@triton.jit
def walk(
    scores_ptr: tl.tensor,
    positives_ptr: tl.tensor,
    mask_ptr: tl.tensor,
    order_ptr: tl.tensor,
    row: tl.tensor,
    rows: tl.tensor,
    i: tl.tensor,
    score_i: tl.tensor,
    walking: tl.tensor,
    length: tl.tensor,
    margin: tl.tensor,
    max_trials: tl.tensor,
    n: tl.tensor,
    VIOLATION: tl.constexpr,
    OTHERS: tl.constexpr,
    COUNT_SKIPPED: tl.constexpr,
    ROWS: tl.constexpr,
    COLUMNS: tl.constexpr,
) -> tuple[tl.tensor, tl.tensor]:
    """The first violator of each positive i that is ``walking``, -1 where there is none, and the number of trials."""
    violator = tl.full([ROWS], -1, tl.int32)
    trials = tl.zeros([ROWS], tl.int32)
    start = 0
    while (start < length) & (tl.max(walking.to(tl.int32)) > 0):
        t = start + tl.arange(0, COLUMNS)[None, :]
        j = tl.load(order_ptr + rows * length + t, mask=t < length, other=-1).to(tl.int32)
        negative, hit = violating_negatives(
            scores_ptr, positives_ptr, mask_ptr, rows, i, score_i, j, margin, n, VIOLATION, OTHERS
        )
        stop = tl.min(tl.where(hit, t, length), axis=1)
        walked = (t < length) & (t <= stop[:, None])
        if not COUNT_SKIPPED:
            walked = walked & negative
        trials += tl.where(walking, tl.sum(walked.to(tl.int32), axis=1), 0)
        found = walking & (stop < length) & (trials <= max_trials)
        violator = tl.where(found, tl.load(order_ptr + row * length + stop, mask=found, other=0).to(tl.int32), violator)
        walking = walking & (stop == length) & (trials < max_trials)
        start += COLUMNS
    return violator, trials


@triton.jit
def walk_order(
    scores_ptr: tl.tensor,
    positives_ptr: tl.tensor,
    mask_ptr: tl.tensor,
    items_ptr: tl.tensor,
    counts_ptr: tl.tensor,
    violators_ptr: tl.tensor,
    weights_ptr: tl.tensor,
    sums_ptr: tl.tensor,
    order_ptr: tl.tensor,
    length: tl.tensor,
    margin: tl.float64,
    max_trials: tl.tensor,
    n: tl.tensor,
    VIOLATION: tl.constexpr,
    OTHERS: tl.constexpr,
    COUNT_SKIPPED: tl.constexpr,
    COUNT_NEGATIVES: tl.constexpr,
    LOGARITHMIC: tl.constexpr,
    ACCUMULATE: tl.constexpr,
    ROWS: tl.constexpr,
    COLUMNS: tl.constexpr,
) -> None:
    """The weighted hinges of every ``num_programs``-th tile of a list's positives, all of which walk the same order."""
    row = tl.program_id(0).to(tl.int64)
    listed = tl.load(counts_ptr + 2 * row)
    labels = tl.load(counts_ptr + 2 * row + 1)
    if COUNT_NEGATIVES and not OTHERS:
        labels = labels - listed + 1
    lead = tl.full([1], margin, ACCUMULATE)
    total = tl.zeros([ROWS], ACCUMULATE)
    for first in range(tl.program_id(1) * ROWS, listed, tl.num_programs(1) * ROWS):
        p = first + tl.arange(0, ROWS)
        inside = p < listed
        i = tl.load(items_ptr + row * n + p, mask=inside, other=0)
        score_i = tl.load(scores_ptr + row * n + i, mask=inside, other=0).to(ACCUMULATE)
        violator, trials = walk(
            scores_ptr,
            positives_ptr,
            mask_ptr,
            order_ptr,
            row,
            row,
            i,
            score_i,
            inside,
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
        rank = (labels - 1) // tl.maximum(trials, 1)
        hinges, weight = weighted_hinges(scores_ptr, row, score_i, violator, rank, lead, n, LOGARITHMIC)
        total += hinges
        tl.store(violators_ptr + row * n + p, violator, mask=inside)
        tl.store(weights_ptr + row * n + p, weight, mask=inside)
    tl.store(sums_ptr + row * tl.num_programs(1) + tl.program_id(1), tl.sum(total))
