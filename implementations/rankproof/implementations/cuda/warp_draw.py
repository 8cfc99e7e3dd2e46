"""WARP without an order: violators are counted, and the walk's length is drawn from its law instead of being walked.

Among M items of which V violate, a walk without replacement is longer than t with probability C(M - V, t) / C(M, t),
one with replacement with probability (1 - V / M)^t; the violator that ends it is uniform among all.
"""

from __future__ import annotations

import triton
import triton.language as tl

from rankproof.implementations.cuda.warp_tiles import violating_negatives, weighted_hinges


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
    """The weighted hinges of every ``num_programs``-th tile of positives, each with a violator of its own."""
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
        drawing = p < listed
        i = tl.load(items_ptr + row * n + p, mask=drawing, other=0)
        score_i = tl.load(scores_ptr + row * n + i, mask=drawing, other=0).to(ACCUMULATE)
        violating = tl.zeros([ROWS], tl.int32)
        for start in range(0, n, COLUMNS):
            j = start + tl.arange(0, COLUMNS)
            _, hit = violating_negatives(
                scores_ptr, positives_ptr, mask_ptr, row, i, score_i, j, lead, n, VIOLATION, OTHERS
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
            j = start + tl.arange(0, COLUMNS)
            _, hit = violating_negatives(
                scores_ptr, positives_ptr, mask_ptr, row, i, score_i, j, lead, n, VIOLATION, OTHERS
            )
            place = passed[:, None] + tl.cumsum(hit.to(tl.int32), axis=1) - 1
            here = drawing[:, None] & hit & (place == picked[:, None])
            violator = tl.maximum(violator, tl.max(tl.where(here, j[None, :], -1), axis=1))
            passed += tl.sum(hit.to(tl.int32), axis=1)
            drawing = drawing & (violator < 0)
            start += COLUMNS
        rank = (labels - 1) // tl.maximum(trials, 1)
        hinges, weight = weighted_hinges(scores_ptr, row, score_i, violator, rank, lead, n, LOGARITHMIC)
        total += hinges
        tl.store(violators_ptr + row * n + p, violator, mask=p < listed)
        tl.store(weights_ptr + row * n + p, weight, mask=p < listed)
    tl.store(sums_ptr + row * tl.num_programs(1) + tl.program_id(1), tl.sum(total))


@triton.jit
def uniforms(seed: tl.tensor, i: tl.tensor, row: tl.tensor) -> tuple[tl.tensor, tl.tensor]:
    """Two numbers of 53 random bits in (0, 1] for each item of a list: a function of seed, item and list alone."""
    zero = i * 0
    a, b, c, d = tl.philox(seed, i, zero + row.to(tl.int32), zero, zero)
    return uniform(a, b), uniform(c, d)


@triton.jit
def uniform(high: tl.tensor, low: tl.tensor) -> tl.tensor:
    """53 of 64 random bits as a number in (0, 1]."""
    bits = (high >> 5).to(tl.float64) * 67108864.0 + (low >> 6).to(tl.float64)
    return (bits + 0.5) * 1.1102230246251565e-16


@triton.jit
def geometric(uniform_number: tl.tensor, violating: tl.tensor, universe: tl.tensor) -> tl.tensor:
    """Trials until the first violator when every trial draws from all items again."""
    misses = (universe - violating).to(tl.float64) / tl.maximum(universe, 1).to(tl.float64)
    # Capped before it becomes an integer; without a violator misses is 1 and the quotient infinite.
    trials = tl.log(uniform_number) / tl.minimum(tl.log(misses), -1e-300)
    return tl.minimum(trials, 1073741824.0).to(tl.int32) + 1


@triton.jit
def negative_hypergeometric(
    log_factorials_ptr: tl.tensor,
    uniform_number: tl.tensor,
    violating: tl.tensor,
    universe: tl.tensor,
    drawing: tl.tensor,
) -> tl.tensor:
    """Trials until the first violator when no item is tried twice: the fewest t of P(longer than t) <= uniform."""
    harmless = universe - violating
    threshold = tl.log(uniform_number) + tl.load(log_factorials_ptr + universe)
    threshold -= tl.load(log_factorials_ptr + harmless, mask=drawing, other=0)
    fewest = tl.full(violating.shape, 1, tl.int32)
    most = tl.where(drawing, harmless + 1, 1)
    while tl.max(most - fewest) > 0:
        middle = (fewest + most) // 2
        open_ = fewest < most
        log_ratio = tl.load(log_factorials_ptr + universe - middle, mask=open_, other=0)
        log_ratio -= tl.load(log_factorials_ptr + harmless - middle, mask=open_, other=0)
        longer = open_ & (log_ratio > threshold)
        fewest = tl.where(longer, middle + 1, fewest)
        most = tl.where(open_ & ~longer, middle, most)
    return fewest
