"""Kernels of ListNet: a program holds several short lists, or goes over a long one block by block."""

from __future__ import annotations

import triton
import triton.language as tl

from rankproof.implementations.cuda.arithmetic import divide
from rankproof.implementations.cuda.launch import real_items


@triton.jit
def unless_infinite(maximum: tl.tensor) -> tl.tensor:
    """A maximum, or 0 for that of nothing, which is minus infinity and cannot be subtracted."""
    return tl.where(maximum == float("-inf"), 0.0, maximum)


@triton.jit
def shares_of(
    grades: tl.tensor, largest: tl.tensor, real: tl.tensor, EXPONENTIAL: tl.constexpr, NORMALIZED: tl.constexpr
) -> tl.tensor:
    """Weights yet to be divided by their sum, where that is asked for: 1 for the largest grade, 0 for padding."""
    if EXPONENTIAL:
        return tl.where(real, tl.exp(grades - largest), 0.0)
    elif NORMALIZED:
        return divide(grades, tl.where(largest > 0, largest, 1.0))
    else:
        return grades


@triton.jit
def list_net_forward(
    scores_ptr: tl.tensor,
    relevance_ptr: tl.tensor,
    mask_ptr: tl.tensor,
    values_ptr: tl.tensor,
    summaries_ptr: tl.tensor,
    sharpness: tl.float64,
    lists: tl.tensor,
    n: tl.tensor,
    EXPONENTIAL: tl.constexpr,
    NORMALIZED: tl.constexpr,
    ACCUMULATE: tl.constexpr,
    ROWS: tl.constexpr,
    COLUMNS: tl.constexpr,
) -> None:
    """The loss of each list; and its highest score, sum of exponentials, largest grade and sum of shares.

    Everything is read once: sums are relative to the maxima so far, and rescaled where a block raises these.
    """
    row = tl.program_id(0).to(tl.int64) * ROWS + tl.arange(0, ROWS)
    rows = row[:, None]
    factor = tl.full([ROWS], sharpness, ACCUMULATE)
    highest = tl.full([ROWS], float("-inf"), ACCUMULATE)
    largest = tl.zeros([ROWS], ACCUMULATE)
    partition = tl.zeros([ROWS], ACCUMULATE)
    total = tl.zeros([ROWS], ACCUMULATE)
    lag = tl.zeros([ROWS], ACCUMULATE)
    for start in range(0, n, COLUMNS):
        items = start + tl.arange(0, COLUMNS)[None, :]
        real = real_items(mask_ptr, rows, items, tl.where(rows < lists, n, 0))
        scores = tl.load(scores_ptr + rows * n + items, mask=real, other=0).to(ACCUMULATE)
        grades = tl.load(relevance_ptr + rows * n + items, mask=real, other=0).to(ACCUMULATE)

        before, known = unless_infinite(highest), largest
        highest = tl.maximum(highest, tl.max(tl.where(real, scores, float("-inf")), axis=1))
        largest = tl.maximum(largest, tl.max(grades, axis=1))
        now = unless_infinite(highest)
        rise = now - before
        if EXPONENTIAL:
            shrunk = tl.exp(known - largest)
        elif NORMALIZED:
            shrunk = divide(known, tl.where(largest > 0, largest, 1.0))
        else:
            shrunk = tl.full([ROWS], 1.0, ACCUMULATE)

        lags = tl.where(real, now[:, None] - scores, 0.0)
        exponentials = tl.where(real, tl.exp(-lags * factor[:, None]), 0.0)
        # Nothing was summed yet where no score was above minus infinity; a fall from 0 must not make that infinite.
        faded = tl.where(partition > 0, tl.exp(-rise * factor), 1.0)
        partition = partition * faded + tl.sum(exponentials, axis=1)
        shares = shares_of(grades, largest[:, None], real, EXPONENTIAL, NORMALIZED)
        # A score of minus infinity costs nothing where it has no weight; a NaN is seen even there.
        costs = shares * tl.where((lags == float("inf")) & (shares == 0), 0.0, lags)
        lag = (lag + total * rise) * shrunk + tl.sum(costs, axis=1)
        total = total * shrunk + tl.sum(shares, axis=1)

    value = lag * factor + total * tl.log(tl.where(partition > 0, partition, 1.0))
    if NORMALIZED:
        value = divide(value, tl.where(total > 0, total, 1.0))
    inside = row < lists
    # A NaN score makes the sum of exponentials NaN; the comparison above must not hide it.
    tl.store(values_ptr + row, value + tl.where(partition != partition, partition, 0.0), mask=inside)
    tl.store(summaries_ptr + 4 * row, unless_infinite(highest), mask=inside)
    tl.store(summaries_ptr + 4 * row + 1, tl.where(partition == 0, 1.0, partition), mask=inside)
    tl.store(summaries_ptr + 4 * row + 2, largest, mask=inside)
    tl.store(summaries_ptr + 4 * row + 3, total, mask=inside)


@triton.jit
def list_net_backward(
    scores_ptr: tl.tensor,
    relevance_ptr: tl.tensor,
    mask_ptr: tl.tensor,
    summaries_ptr: tl.tensor,
    upstream_ptr: tl.tensor,
    gradient_ptr: tl.tensor,
    sharpness: tl.float64,
    lists: tl.tensor,
    n: tl.tensor,
    EXPONENTIAL: tl.constexpr,
    NORMALIZED: tl.constexpr,
    ACCUMULATE: tl.constexpr,
    ROWS: tl.constexpr,
    COLUMNS: tl.constexpr,
) -> None:
    """The gradient of each item: its probability, times the sum of the weights of its list, less its own weight."""
    rows = (tl.program_id(0).to(tl.int64) * ROWS + tl.arange(0, ROWS))[:, None]
    inside = rows < lists
    items = tl.program_id(1) * COLUMNS + tl.arange(0, COLUMNS)[None, :]
    real = real_items(mask_ptr, rows, items, tl.where(inside, n, 0))
    highest = tl.load(summaries_ptr + 4 * rows, mask=inside, other=0)
    partition = tl.load(summaries_ptr + 4 * rows + 1, mask=inside, other=1)
    largest = tl.load(summaries_ptr + 4 * rows + 2, mask=inside, other=0)
    total = tl.load(summaries_ptr + 4 * rows + 3, mask=inside, other=0)
    upstream = tl.load(upstream_ptr + rows, mask=inside, other=0)
    factor = tl.full([1, 1], sharpness, ACCUMULATE)

    scores = tl.load(scores_ptr + rows * n + items, mask=real, other=0).to(ACCUMULATE)
    grades = tl.load(relevance_ptr + rows * n + items, mask=real, other=0).to(ACCUMULATE)
    exponentials = tl.exp((scores - highest) * factor)
    weight = shares_of(grades, largest, real, EXPONENTIAL, NORMALIZED)
    if NORMALIZED:
        some = total > 0
        weight = divide(weight, tl.where(some, total, 1.0))
        total = tl.where(some, 1.0, 0.0)
    gradient = (divide(exponentials, partition + tl.zeros_like(exponentials)) * total - weight) * (upstream * factor)
    tl.store(gradient_ptr + rows * n + items, tl.where(real, gradient, 0.0), mask=inside & (items < n))
