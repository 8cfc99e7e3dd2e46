"""The gradient of WARP in long lists: what each positive and each violator received, gathered from all positives."""

from __future__ import annotations

import triton
import triton.language as tl


@triton.jit
def gradient_of_long_lists(
    scales_ptr: tl.tensor,
    positives_ptr: tl.tensor,
    items_ptr: tl.tensor,
    counts_ptr: tl.tensor,
    violators_ptr: tl.tensor,
    weights_ptr: tl.tensor,
    gradient_ptr: tl.tensor,
    n: tl.tensor,
    OTHERS: tl.constexpr,
    ROWS: tl.constexpr,
    COLUMNS: tl.constexpr,
) -> None:
    """The gradient of a tile's positives and of their violators: what each received less what it pays.

    A violator of several positives is written by each of them, always with the same sum; a violator that is a
    positive itself is written as one. ``gradient`` starts at 0.
    """
    row = tl.program_id(0).to(tl.int64)
    listed = tl.load(counts_ptr + 2 * row)
    scale = tl.load(scales_ptr + row)
    for first in range(tl.program_id(1) * ROWS, listed, tl.num_programs(1) * ROWS):
        p = first + tl.arange(0, ROWS)
        inside = p < listed
        i = tl.load(items_ptr + row * n + p, mask=inside, other=0)
        violator = tl.load(violators_ptr + row * n + p, mask=inside, other=-1)
        by_violator = tl.zeros([ROWS, COLUMNS], weights_ptr.dtype.element_ty)
        by_positive = tl.zeros([ROWS, COLUMNS], weights_ptr.dtype.element_ty)
        for start in range(0, listed, COLUMNS):
            q = start + tl.arange(0, COLUMNS)
            other = tl.load(violators_ptr + row * n + q, mask=q < listed, other=-1)
            weight = tl.load(weights_ptr + row * n + q, mask=q < listed, other=0)
            by_violator += tl.where(other[None, :] == violator[:, None], weight[None, :], 0.0)
            if OTHERS:
                by_positive += tl.where(other[None, :] == i[:, None], weight[None, :], 0.0)
        paid = tl.load(weights_ptr + row * n + p, mask=inside, other=0)
        tl.store(gradient_ptr + row * n + i, scale * (tl.sum(by_positive, axis=1) - paid), mask=inside)
        received = inside & (violator >= 0)
        if OTHERS:
            also_positive = tl.load(positives_ptr + row * n + violator, mask=received, other=0) != 0
            received = received & (also_positive == 0)
        tl.store(gradient_ptr + row * n + violator, scale * tl.sum(by_violator, axis=1), mask=received)
