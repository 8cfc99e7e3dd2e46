"""WARP without an order: violators are counted, and the length of the walk is drawn from its law, not walked."""

from __future__ import annotations

import triton
import triton.language as tl

from rankproof.implementations.cuda.warp_law import geometric, negative_hypergeometric, uniforms
from rankproof.implementations.cuda.warp_tiles import violating_negatives, weighted_hinges


@triton.jit
def draw(
    scores_ptr: tl.tensor,
    positives_ptr: tl.tensor,
    mask_ptr: tl.tensor,
    seed_ptr: tl.tensor,
    log_factorials_ptr: tl.tensor,
    row: tl.tensor,
    rows: tl.tensor,
    i: tl.tensor,
    score_i: tl.tensor,
    drawing: tl.tensor,
    universe: tl.tensor,
    margin: tl.tensor,
    max_trials: tl.tensor,
    n: tl.tensor,
    VIOLATION: tl.constexpr,
    OTHERS: tl.constexpr,
    REPLACEMENT: tl.constexpr,
    ROWS: tl.constexpr,
    COLUMNS: tl.constexpr,
) -> tuple[tl.tensor, tl.tensor]:
    """A violator for each positive i that is ``drawing``, -1 where none is found, and the number of trials."""
    violating = tl.zeros([ROWS], tl.int32)
    for start in range(0, n, COLUMNS):
        j = start + tl.arange(0, COLUMNS)[None, :]
        _, hit = violating_negatives(
            scores_ptr, positives_ptr, mask_ptr, rows, i, score_i, j, margin, n, VIOLATION, OTHERS
        )
        violating += tl.sum(hit.to(tl.int32), axis=1)
    drawing = drawing & (violating > 0)
    to_stop, to_pick = uniforms(tl.load(seed_ptr), i, row)
    if REPLACEMENT:
        trials = geometric(to_stop, violating, universe)
    else:
        trials = negative_hypergeometric(log_factorials_ptr, to_stop, violating, universe, drawing)
    drawing = drawing & (trials <= max_trials)
    picked = tl.minimum((to_pick * violating.to(tl.float64)).to(tl.int32), violating - 1)
    violator = tl.full([ROWS], -1, tl.int32)
    passed = tl.zeros([ROWS], tl.int32)
    start = 0
    while (start < n) & (tl.max(drawing.to(tl.int32)) > 0):
        j = start + tl.arange(0, COLUMNS)[None, :]
        _, hit = violating_negatives(
            scores_ptr, positives_ptr, mask_ptr, rows, i, score_i, j, margin, n, VIOLATION, OTHERS
        )
        place = passed[:, None] + tl.cumsum(hit.to(tl.int32), axis=1) - 1
        here = drawing[:, None] & hit & (place == picked[:, None])
        violator = tl.maximum(violator, tl.max(tl.where(here, j, -1), axis=1))
        passed += tl.sum(hit.to(tl.int32), axis=1)
        drawing = drawing & (violator < 0)
        start += COLUMNS
    return violator, trials


@triton.jit
def draw_violators(
    scores_ptr: tl.tensor,
    positives_ptr: tl.tensor,
    mask_ptr: tl.tensor,
    items_ptr: tl.tensor,
    counts_ptr: tl.tensor,
    violators_ptr: tl.tensor,
    weights_ptr: tl.tensor,
    sums_ptr: tl.tensor,
    seed_ptr: tl.tensor,
    log_factorials_ptr: tl.tensor,
    margin: tl.float64,
    max_trials: tl.tensor,
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
    """The weighted hinges of every ``num_programs``-th tile of a list's positives, each with a violator of its own."""
    row = tl.program_id(0).to(tl.int64)
    listed = tl.load(counts_ptr + 2 * row)
    real_count = tl.load(counts_ptr + 2 * row + 1)
    negatives = real_count - 1 if OTHERS else real_count - listed
    universe = real_count if COUNT_SKIPPED else negatives
    labels = negatives + 1 if COUNT_NEGATIVES else real_count
    lead = tl.full([1], margin, ACCUMULATE)
    total = tl.zeros([ROWS], ACCUMULATE)
    for first in range(tl.program_id(1) * ROWS, listed, tl.num_programs(1) * ROWS):
        p = first + tl.arange(0, ROWS)
        inside = p < listed
        i = tl.load(items_ptr + row * n + p, mask=inside, other=0)
        score_i = tl.load(scores_ptr + row * n + i, mask=inside, other=0).to(ACCUMULATE)
        violator, trials = draw(
            scores_ptr,
            positives_ptr,
            mask_ptr,
            seed_ptr,
            log_factorials_ptr,
            row,
            row,
            i,
            score_i,
            inside,
            universe,
            lead,
            max_trials,
            n,
            VIOLATION,
            OTHERS,
            REPLACEMENT,
            ROWS,
            COLUMNS,
        )
        rank = (labels - 1) // trials
        hinges, weight = weighted_hinges(scores_ptr, row, score_i, violator, rank, lead, n, LOGARITHMIC)
        total += hinges
        tl.store(violators_ptr + row * n + p, violator, mask=inside)
        tl.store(weights_ptr + row * n + p, weight, mask=inside)
    tl.store(sums_ptr + row * tl.num_programs(1) + tl.program_id(1), tl.sum(total))
