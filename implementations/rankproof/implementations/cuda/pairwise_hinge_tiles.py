"""Kernels of the pairwise hinge loss that compare tiles of items: O(n^2) time, O(n) memory, exact integer gradients."""

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

from rankproof.implementations.cuda.launch import TRITON_DTYPES, launch, real_items, tile_rows, tiling


def hinge_by_tiles(
    scores: Tensor, relevance: Tensor, mask: Tensor | None, margin: float, negatives: str, dtype: torch.dtype
) -> tuple[Tensor, Tensor, Tensor]:
    """Sums of hinges, their signed counts per item, and counts of pairs, of lists [lists, items].

    Returns:
        sums [lists] in ``dtype``; signed counts [lists, items], the gradient of the sums, int32; pairs [lists], int64.
    """
    grid, tiles = tiling(*scores.shape)
    hinges = torch.empty(scores.shape, dtype=dtype, device=scores.device)
    signed, pairs = (torch.empty(scores.shape, dtype=torch.int32, device=scores.device) for _ in range(2))
    arguments = (scores, relevance, mask, hinges, signed, pairs, float(margin), *scores.shape)
    options = {"ACCUMULATE": TRITON_DTYPES[dtype], **tiles}
    if negatives == "all":
        launch(hinge_of_all_pairs, grid, *arguments, **options)
    else:
        signed.zero_()
        launch(hinge_of_hardest, grid, *arguments, SEMI_HARD=negatives == "semi_hard", **options)
    return hinges.sum(-1), signed, pairs.sum(-1)


@triton.jit
def hinge_of_all_pairs(
    scores_ptr: tl.tensor,
    relevance_ptr: tl.tensor,
    mask_ptr: tl.tensor,
    hinges_ptr: tl.tensor,
    signed_ptr: tl.tensor,
    pairs_ptr: tl.tensor,
    margin: tl.float64,
    lists: tl.tensor,
    n: tl.tensor,
    ACCUMULATE: tl.constexpr,
    SHORT: tl.constexpr,
    ROWS: tl.constexpr,
    COLUMNS: tl.constexpr,
) -> None:
    """Each row's item against its list: the hinges with less relevant items, and the violated pairs of either kind."""
    row, rows, i = tile_rows(lists, n, SHORT, ROWS)
    real_i = real_items(mask_ptr, row, i, n)
    score_i = tl.load(scores_ptr + row * n + i, mask=real_i, other=0).to(ACCUMULATE)
    grade_i = tl.load(relevance_ptr + row * n + i, mask=real_i, other=0)
    lead = tl.full([1, 1], margin, ACCUMULATE)
    hinges = tl.zeros([ROWS, COLUMNS], ACCUMULATE)
    signed = tl.zeros([ROWS, COLUMNS], tl.int32)
    pairs = tl.zeros([ROWS, COLUMNS], tl.int32)
    for start in range(0, n, COLUMNS):
        j = start + tl.arange(0, COLUMNS)[None, :]
        real_j = real_items(mask_ptr, rows, j, n)
        score_j = tl.load(scores_ptr + rows * n + j, mask=real_j, other=0).to(ACCUMULATE)
        grade_j = tl.load(relevance_ptr + rows * n + j, mask=real_j, other=0)
        real = real_i[:, None] & real_j
        higher = real & (grade_i[:, None] > grade_j)
        lower = real & (grade_i[:, None] < grade_j)
        ahead = score_i[:, None] - score_j
        shortfall = lead - tl.where(higher, ahead, -ahead)
        hinges += tl.where(higher & (shortfall > 0), shortfall, 0.0)
        signed += (lower & (shortfall > 0)).to(tl.int32) - (higher & (shortfall > 0)).to(tl.int32)
        pairs += higher.to(tl.int32)
    # A NaN never compares as a violation: it is added.
    total = tl.sum(hinges, axis=1) + tl.where(score_i != score_i, score_i, 0.0)
    tl.store(hinges_ptr + row * n + i, total, mask=i < n)
    tl.store(signed_ptr + row * n + i, tl.sum(signed, axis=1), mask=i < n)
    tl.store(pairs_ptr + row * n + i, tl.sum(pairs, axis=1), mask=i < n)


@triton.jit
def hinge_of_hardest(
    scores_ptr: tl.tensor,
    relevance_ptr: tl.tensor,
    mask_ptr: tl.tensor,
    hinges_ptr: tl.tensor,
    signed_ptr: tl.tensor,
    pairs_ptr: tl.tensor,
    margin: tl.float64,
    lists: tl.tensor,
    n: tl.tensor,
    SEMI_HARD: tl.constexpr,
    ACCUMULATE: tl.constexpr,
    SHORT: tl.constexpr,
    ROWS: tl.constexpr,
    COLUMNS: tl.constexpr,
) -> None:
    """Each row's item against the best-scored less relevant one, the first of equals; ``signed`` starts at 0."""
    row, rows, i = tile_rows(lists, n, SHORT, ROWS)
    real_i = real_items(mask_ptr, row, i, n)
    score_i = tl.load(scores_ptr + row * n + i, mask=real_i, other=0).to(ACCUMULATE)
    grade_i = tl.load(relevance_ptr + row * n + i, mask=real_i, other=0)
    hardest = tl.full([ROWS], float("-inf"), ACCUMULATE)
    chosen = tl.full([ROWS], -1, tl.int32)
    for start in range(0, n, COLUMNS):
        j = start + tl.arange(0, COLUMNS)[None, :]
        real_j = real_items(mask_ptr, rows, j, n)
        score_j = tl.load(scores_ptr + rows * n + j, mask=real_j, other=0).to(ACCUMULATE)
        grade_j = tl.load(relevance_ptr + rows * n + j, mask=real_j, other=0)
        candidate = real_i[:, None] & real_j & (grade_i[:, None] > grade_j)
        if SEMI_HARD:
            candidate = candidate & (score_j < score_i[:, None])
        best = tl.max(tl.where(candidate, score_j, float("-inf")), axis=1)
        first = tl.min(tl.where(candidate & (score_j == best[:, None]), j, n), axis=1)
        better = (first < n) & ((best > hardest) | (chosen < 0))
        hardest = tl.where(better, best, hardest)
        chosen = tl.where(better, first, chosen)
    found = chosen >= 0
    shortfall = tl.full([1], margin, ACCUMULATE) - (score_i - tl.where(found, hardest, 0.0))
    violated = found & (shortfall > 0)
    # A NaN never compares as a violation: it is added.
    total = tl.where(violated, shortfall, 0.0) + tl.where(score_i != score_i, score_i, 0.0)
    tl.store(hinges_ptr + row * n + i, total, mask=i < n)
    tl.store(pairs_ptr + row * n + i, found.to(tl.int32), mask=i < n)
    # Integers: their sum is the same in whatever order the additions arrive.
    ones = tl.full([ROWS], 1, tl.int32)
    tl.atomic_add(signed_ptr + row * n + chosen, ones, mask=violated, sem="relaxed")
    tl.atomic_add(signed_ptr + row * n + i, -ones, mask=violated, sem="relaxed")
