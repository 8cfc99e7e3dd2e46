"""Kernels of the pairwise hinge loss that compare tiles of items: O(n^2) time, O(n) memory, exact integer gradients."""

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

from rankproof.implementations.cuda.launch import TRITON_DTYPES, block_size, launch, nan_among, real_items

ROWS_OF_A_TILE = 32
COLUMNS_OF_A_TILE = 128


def hinge_by_tiles(
    scores: Tensor, relevance: Tensor, mask: Tensor | None, margin: float, negatives: str, dtype: torch.dtype
) -> tuple[Tensor, Tensor, Tensor]:
    """Sums of hinges, their signed counts per item, and counts of pairs, of lists [lists, items].

    Returns:
        sums [lists] in ``dtype``; signed counts [lists, items], the gradient of the sums, int32; pairs [lists], int64.
    """
    lists, items = scores.shape
    rows = block_size(items, ROWS_OF_A_TILE)
    tiles = triton.cdiv(items, rows)
    sums = torch.empty(lists, tiles, dtype=dtype, device=scores.device)
    pairs = torch.empty(lists, tiles, dtype=torch.int32, device=scores.device)
    signed = torch.empty(lists, items, dtype=torch.int32, device=scores.device)
    outputs = (sums, signed, pairs, float(margin), items)
    blocks = {"ACCUMULATE": TRITON_DTYPES[dtype], "ROWS": rows, "COLUMNS": block_size(items, COLUMNS_OF_A_TILE)}
    if negatives == "all":
        launch(hinge_of_all_pairs, (lists, tiles), scores, relevance, mask, *outputs, **blocks)
    else:
        semi_hard = {"SEMI_HARD": negatives == "semi_hard"}
        signed.zero_()
        launch(hinge_of_hardest, (lists, tiles), scores, relevance, mask, *outputs, **semi_hard, **blocks)
    return sums.sum(-1), signed, pairs.sum(-1)


@triton.jit
def hinge_of_all_pairs(
    scores_ptr: tl.tensor,
    relevance_ptr: tl.tensor,
    mask_ptr: tl.tensor,
    sums_ptr: tl.tensor,
    signed_ptr: tl.tensor,
    pairs_ptr: tl.tensor,
    margin: tl.float64,
    n: tl.tensor,
    ACCUMULATE: tl.constexpr,
    ROWS: tl.constexpr,
    COLUMNS: tl.constexpr,
) -> None:
    """A tile's rows against every item: the hinges with less relevant ones, and the violated pairs of either kind."""
    row = tl.program_id(0).to(tl.int64)
    i = tl.program_id(1) * ROWS + tl.arange(0, ROWS)
    real_i = real_items(mask_ptr, row, i, n)
    score_i = tl.load(scores_ptr + row * n + i, mask=real_i, other=0).to(ACCUMULATE)
    grade_i = tl.load(relevance_ptr + row * n + i, mask=real_i, other=0)
    margin = tl.full([1, 1], margin, ACCUMULATE)
    hinges = tl.zeros([ROWS, COLUMNS], ACCUMULATE)
    signed = tl.zeros([ROWS, COLUMNS], tl.int32)
    pairs = tl.zeros([ROWS, COLUMNS], tl.int32)
    for start in range(0, n, COLUMNS):
        j = start + tl.arange(0, COLUMNS)
        real_j = real_items(mask_ptr, row, j, n)
        score_j = tl.load(scores_ptr + row * n + j, mask=real_j, other=0).to(ACCUMULATE)
        grade_j = tl.load(relevance_ptr + row * n + j, mask=real_j, other=0)
        real = real_i[:, None] & real_j[None, :]
        higher = real & (grade_i[:, None] > grade_j[None, :])
        lower = real & (grade_i[:, None] < grade_j[None, :])
        lead = score_i[:, None] - score_j[None, :]
        shortfall = margin - tl.where(higher, lead, -lead)
        hinges += tl.where(higher & (shortfall > 0), shortfall, 0.0)
        signed += (lower & (shortfall > 0)).to(tl.int32) - (higher & (shortfall > 0)).to(tl.int32)
        pairs += higher.to(tl.int32)
    tile = row * tl.num_programs(1) + tl.program_id(1)
    tl.store(sums_ptr + tile, tl.sum(hinges) + nan_among(score_i))
    tl.store(pairs_ptr + tile, tl.sum(pairs))
    tl.store(signed_ptr + row * n + i, tl.sum(signed, axis=1), mask=i < n)


@triton.jit
def hinge_of_hardest(
    scores_ptr: tl.tensor,
    relevance_ptr: tl.tensor,
    mask_ptr: tl.tensor,
    sums_ptr: tl.tensor,
    signed_ptr: tl.tensor,
    pairs_ptr: tl.tensor,
    margin: tl.float64,
    n: tl.tensor,
    SEMI_HARD: tl.constexpr,
    ACCUMULATE: tl.constexpr,
    ROWS: tl.constexpr,
    COLUMNS: tl.constexpr,
) -> None:
    """A tile's rows against the best-scored of the less relevant items, the first of equals; ``signed`` starts at 0."""
    row = tl.program_id(0).to(tl.int64)
    i = tl.program_id(1) * ROWS + tl.arange(0, ROWS)
    real_i = real_items(mask_ptr, row, i, n)
    score_i = tl.load(scores_ptr + row * n + i, mask=real_i, other=0).to(ACCUMULATE)
    grade_i = tl.load(relevance_ptr + row * n + i, mask=real_i, other=0)
    hardest = tl.full([ROWS], float("-inf"), ACCUMULATE)
    chosen = tl.full([ROWS], -1, tl.int32)
    for start in range(0, n, COLUMNS):
        j = start + tl.arange(0, COLUMNS)
        real_j = real_items(mask_ptr, row, j, n)
        score_j = tl.load(scores_ptr + row * n + j, mask=real_j, other=0).to(ACCUMULATE)
        grade_j = tl.load(relevance_ptr + row * n + j, mask=real_j, other=0)
        candidate = real_i[:, None] & real_j[None, :] & (grade_i[:, None] > grade_j[None, :])
        if SEMI_HARD:
            candidate = candidate & (score_j[None, :] < score_i[:, None])
        best = tl.max(tl.where(candidate, score_j[None, :], float("-inf")), axis=1)
        first = tl.min(tl.where(candidate & (score_j[None, :] == best[:, None]), j[None, :], n), axis=1)
        better = (first < n) & ((best > hardest) | (chosen < 0))
        hardest = tl.where(better, best, hardest)
        chosen = tl.where(better, first, chosen)
    found = chosen >= 0
    shortfall = tl.full([1], margin, ACCUMULATE) - (score_i - tl.where(found, hardest, 0.0))
    violated = found & (shortfall > 0)
    tile = row * tl.num_programs(1) + tl.program_id(1)
    tl.store(sums_ptr + tile, tl.sum(tl.where(violated, shortfall, 0.0)) + nan_among(score_i))
    tl.store(pairs_ptr + tile, tl.sum(found.to(tl.int32)))
    # Integers: their sum is the same in whatever order the additions arrive.
    ones = tl.full([ROWS], 1, tl.int32)
    tl.atomic_add(signed_ptr + row * n + chosen, ones, mask=violated, sem="relaxed")
    tl.atomic_add(signed_ptr + row * n + i, -ones, mask=violated, sem="relaxed")
