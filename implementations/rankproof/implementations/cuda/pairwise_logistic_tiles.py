"""The kernel of the pairwise logistic loss: tiles of pairs, in O(n^2) time and O(n) memory."""

from __future__ import annotations

import triton
import triton.language as tl

from rankproof.implementations.cuda.arithmetic import divide
from rankproof.implementations.cuda.launch import real_items, tile_rows
from rankproof.implementations.cuda.logistic_parts import logistic_parts


@triton.jit
def pairwise_logistic_forward(
    scores_ptr: tl.tensor,
    relevance_ptr: tl.tensor,
    mask_ptr: tl.tensor,
    costs_ptr: tl.tensor,
    pulls_ptr: tl.tensor,
    pairs_ptr: tl.tensor,
    temperature: tl.float64,
    lists: tl.tensor,
    n: tl.tensor,
    TIED: tl.constexpr,
    ACCUMULATE: tl.constexpr,
    SHORT: tl.constexpr,
    ROWS: tl.constexpr,
    COLUMNS: tl.constexpr,
) -> None:
    """Each row's item against its list: its half of what its pairs cost, the gradient, and the pairs that it is in."""
    row, rows, i = tile_rows(lists, n, SHORT, ROWS)
    real_i = real_items(mask_ptr, row, i, n)
    score_i = tl.load(scores_ptr + row * n + i, mask=real_i, other=0).to(ACCUMULATE)
    grade_i = tl.load(relevance_ptr + row * n + i, mask=real_i, other=0)
    scale = tl.full([1, 1], temperature, ACCUMULATE)
    costs = tl.zeros([ROWS, COLUMNS], ACCUMULATE)
    pulls = tl.zeros([ROWS, COLUMNS], ACCUMULATE)
    pairs = tl.zeros([ROWS, COLUMNS], tl.int32)
    for start in range(0, n, COLUMNS):
        j = start + tl.arange(0, COLUMNS)[None, :]
        real_j = real_items(mask_ptr, rows, j, n)
        score_j = tl.load(scores_ptr + rows * n + j, mask=real_j, other=0).to(ACCUMULATE)
        grade_j = tl.load(relevance_ptr + rows * n + j, mask=real_j, other=0)
        real = real_i[:, None] & real_j & (i[:, None] != j)
        higher = real & (grade_i[:, None] > grade_j)
        lower = real & (grade_i[:, None] < grade_j)
        behind = divide(score_j - score_i[:, None], scale)
        behind = tl.where(lower, -behind, behind)
        logarithm, falls, leads = logistic_parts(behind)
        costs += tl.where(higher | lower, tl.where(behind <= 0, 0.0, behind) + logarithm, 0.0)
        pulls += tl.where(lower, falls, 0.0) - tl.where(higher, falls, 0.0)
        pairs += (higher | lower).to(tl.int32)
        if TIED:
            tied = real & (grade_i[:, None] == grade_j)
            costs += tl.where(tied, 0.5 * tl.abs(behind) + logarithm, 0.0)
            pulls += tl.where(tied, 0.5 * (leads - falls), 0.0)
            pairs += tied.to(tl.int32)
    # A NaN in no pair would be lost: it is added.
    total = 0.5 * tl.sum(costs, axis=1) + tl.where(score_i != score_i, score_i, 0.0)
    gradient = divide(tl.sum(pulls, axis=1), tl.full([1], temperature, ACCUMULATE))
    tl.store(costs_ptr + row * n + i, total, mask=i < n)
    tl.store(pulls_ptr + row * n + i, gradient, mask=i < n)
    tl.store(pairs_ptr + row * n + i, tl.sum(pairs, axis=1), mask=i < n)
