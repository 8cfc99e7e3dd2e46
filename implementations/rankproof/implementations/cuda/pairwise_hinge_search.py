"""Kernels of the pairwise hinge loss that search sorted blocks of scores and a tree of grades."""

from __future__ import annotations

import triton
import triton.language as tl


@triton.jit
def count_near(
    scores_ptr: tl.tensor,
    blocks_ptr: tl.tensor,
    begins_ptr: tl.tensor,
    ends_ptr: tl.tensor,
    signed_ptr: tl.tensor,
    violated_ptr: tl.tensor,
    margin: tl.float64,
    n: tl.tensor,
    width: tl.tensor,
    ACCUMULATE: tl.constexpr,
    SIZE: tl.constexpr,
    BLOCK: tl.constexpr,
) -> None:
    """Start the counts with the ends of both ranges that fill no block of ``SIZE`` items, one by one."""
    row = tl.program_id(0).to(tl.int64)
    i = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    inside = i < n
    score = tl.load(scores_ptr + row * n + i, mask=inside, other=0)
    margin = tl.full([1], margin, ACCUMULATE)
    begin = tl.load(begins_ptr + row * n + i, mask=inside, other=0)
    end = tl.load(ends_ptr + row * n + i, mask=inside, other=0)
    low = begin // SIZE * SIZE
    high = (end + SIZE - 1) // SIZE * SIZE
    violated = tl.zeros([BLOCK], tl.int32)
    violating = tl.zeros([BLOCK], tl.int32)
    for step in range(0, SIZE):
        lower = tl.load(blocks_ptr + row * width + low + step, mask=low + step < begin, other=float("-inf"))
        violated += (margin - (score - lower) > 0).to(tl.int32)
        higher = tl.load(blocks_ptr + row * width + end + step, mask=end + step < high, other=float("inf"))
        violating += (margin - (higher - score) > 0).to(tl.int32)
    tl.store(signed_ptr + row * n + i, violating - violated, mask=inside)
    tl.store(violated_ptr + row * n + i, violated, mask=inside)


@triton.jit
def count_far(
    scores_ptr: tl.tensor,
    blocks_ptr: tl.tensor,
    begins_ptr: tl.tensor,
    ends_ptr: tl.tensor,
    signed_ptr: tl.tensor,
    violated_ptr: tl.tensor,
    margin: tl.float64,
    n: tl.tensor,
    width: tl.tensor,
    level: tl.tensor,
    ACCUMULATE: tl.constexpr,
    BLOCK: tl.constexpr,
) -> None:
    """Add to the counts the block of 2^level items, sorted by score, that either range has or has not."""
    row = tl.program_id(0).to(tl.int64)
    i = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    inside = i < n
    score = tl.load(scores_ptr + row * n + i, mask=inside, other=0)
    margin = tl.full([1], margin, ACCUMULATE)
    full = 1 << level
    below = tl.load(begins_ptr + row * n + i, mask=inside, other=0) >> level
    above = (tl.load(ends_ptr + row * n + i, mask=inside, other=0) + full - 1) >> level
    below_has = (below & 1) == 1
    above_has = (above & 1) == 1
    lower_ptr = blocks_ptr + row * width + (below - 1) * full
    higher_ptr = blocks_ptr + row * width + above * full
    unviolated = tl.zeros([BLOCK], tl.int32)
    violating = tl.zeros([BLOCK], tl.int32)
    # Rounding is monotone, so that the hinge's own sign, as rounded, divides the sorted block in two.
    for step in range(0, level + 1):
        size = full >> step
        fits = below_has & (unviolated + size <= full)
        lower = tl.load(lower_ptr + unviolated + size - 1, mask=fits, other=0)
        unviolated += tl.where(fits & (margin - (score - lower) <= 0), size, 0)
        fits = above_has & (violating + size <= full)
        higher = tl.load(higher_ptr + violating + size - 1, mask=fits, other=0)
        violating += tl.where(fits & (margin - (higher - score) > 0), size, 0)
    violated = tl.where(below_has, full - unviolated, 0)
    signed = tl.load(signed_ptr + row * n + i, mask=inside, other=0) + violating - violated
    tl.store(signed_ptr + row * n + i, signed, mask=inside)
    violated += tl.load(violated_ptr + row * n + i, mask=inside, other=0)
    tl.store(violated_ptr + row * n + i, violated, mask=inside)


@triton.jit
def find_previous_lower(
    tree_ptr: tl.tensor, chosen_ptr: tl.tensor, n: tl.tensor, width: tl.tensor, BLOCK: tl.constexpr
) -> None:
    """Walk up a tree of minima (leaves from ``width`` on) to a lower left neighbour, then down to its last one."""
    row = tl.program_id(0).to(tl.int64)
    i = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    inside = i < n
    tree_ptr += row * 2 * width
    grade = tl.load(tree_ptr + width + i, mask=inside, other=0)
    node = tl.where(inside, width + i, 1)
    found = tl.zeros([BLOCK], tl.int1)
    reach = 1
    while reach < width:
        left = (node > 1) & ((node & 1) == 1) & ~found
        lower = left & (tl.load(tree_ptr + node - 1, mask=left, other=0) < grade)
        node = tl.where(lower, node - 1, tl.where(found, node, node >> 1))
        found = found | lower
        reach *= 2
    reach = 1
    while reach < width:
        inner = found & (node < width)
        right = tl.load(tree_ptr + 2 * node + 1, mask=inner, other=0) < grade
        node = tl.where(inner, 2 * node + right.to(tl.int32), node)
        reach *= 2
    tl.store(chosen_ptr + row * n + i, tl.where(found, node - width, -1), mask=inside)
