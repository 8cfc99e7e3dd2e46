"""What the kernels of WARP share: a list's positives, the violating negatives of a tile, and the weights of ranks."""

from __future__ import annotations

import triton
import triton.language as tl

from rankproof.implementations.cuda.launch import nan_among, real_items


@triton.jit
def list_positives(
    scores_ptr: tl.tensor,
    positives_ptr: tl.tensor,
    mask_ptr: tl.tensor,
    items_ptr: tl.tensor,
    counts_ptr: tl.tensor,
    poison_ptr: tl.tensor,
    n: tl.tensor,
    BLOCK: tl.constexpr,
) -> None:
    """The positives of a list side by side, counts of positives and of real items, and NaN if it has a NaN score."""
    row = tl.program_id(0).to(tl.int64)
    listed = 0
    real_count = 0
    poison = 0.0
    for start in range(0, n, BLOCK):
        i = start + tl.arange(0, BLOCK)
        real = real_items(mask_ptr, row, i, n)
        positive = real & (tl.load(positives_ptr + row * n + i, mask=real, other=0) != 0)
        place = listed + tl.cumsum(positive.to(tl.int32), axis=0) - 1
        tl.store(items_ptr + row * n + place, i, mask=positive)
        listed += tl.sum(positive.to(tl.int32))
        real_count += tl.sum(real.to(tl.int32))
        poison += nan_among(tl.load(scores_ptr + row * n + i, mask=real, other=0).to(tl.float32))
    tl.store(counts_ptr + 2 * row, listed)
    tl.store(counts_ptr + 2 * row + 1, real_count)
    tl.store(poison_ptr + row, poison)


@triton.jit
def violating_negatives(
    scores_ptr: tl.tensor,
    positives_ptr: tl.tensor,
    mask_ptr: tl.tensor,
    rows: tl.tensor,
    i: tl.tensor,
    score_i: tl.tensor,
    j: tl.tensor,
    margin: tl.tensor,
    n: tl.tensor,
    VIOLATION: tl.constexpr,
    OTHERS: tl.constexpr,
) -> tuple[tl.tensor, tl.tensor]:
    """Which of the items j of two axes are negatives of the positives i, and which of those violate: two tiles."""
    real = real_items(mask_ptr, rows, j, n)
    score_j = tl.load(scores_ptr + rows * n + j, mask=real, other=0).to(score_i.dtype)
    if OTHERS:
        negative = real & (i[:, None] != j)
    else:
        positive = tl.load(positives_ptr + rows * n + j, mask=real, other=1)
        negative = real & (positive == 0) & (i[:, None] >= 0)
    shortfall = margin - (score_i[:, None] - score_j)
    if VIOLATION == "misranking":
        hit = score_j > score_i[:, None]
    elif VIOLATION == "margin":
        hit = shortfall > 0
    else:
        hit = shortfall >= 0
    return negative, negative & hit


@triton.jit
def weighted_hinges(
    scores_ptr: tl.tensor,
    row: tl.tensor,
    score_i: tl.tensor,
    violator: tl.tensor,
    rank: tl.tensor,
    margin: tl.tensor,
    n: tl.tensor,
    LOGARITHMIC: tl.constexpr,
) -> tuple[tl.tensor, tl.tensor]:
    """The hinge of each positive times the weight of its estimated rank, and that weight; 0 without a violator (-1)."""
    found = violator >= 0
    score_j = tl.load(scores_ptr + row * n + violator, mask=found, other=0).to(score_i.dtype)
    weight = tl.log(tl.maximum(rank, 1).to(tl.float64)) if LOGARITHMIC else harmonic(rank)
    weight = tl.where(found, weight, 0.0).to(score_i.dtype)
    return tl.where(found, weight * (margin - (score_i - score_j)), 0.0), weight


@triton.jit
def harmonic(rank: tl.tensor) -> tl.tensor:
    """1 + 1/2 + ... + 1/rank in float64: added up to 16, from there on by the series of Euler and Maclaurin."""
    small = tl.zeros(rank.shape, tl.float64)
    for term in range(1, 17):
        small += tl.where(term <= rank, 1.0 / tl.full(rank.shape, term, tl.float64), 0.0)
    r = tl.maximum(rank, 16).to(tl.float64)
    s = 1.0 / (r * r)
    series = s * (1 / 12 - s * (1 / 120 - s * (1 / 252 - s * (1 / 240 - s / 132))))
    return tl.where(rank > 16, tl.log(r) + 0.57721566490153286 + 0.5 / r - series, small)
