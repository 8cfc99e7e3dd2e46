"""Kernels of choosing items one after the other: sums of exponentials over those that are left, by scans."""

from __future__ import annotations

import triton
import triton.language as tl

from rankproof.implementations.cuda.arithmetic import divide
from rankproof.implementations.cuda.launch import real_items

LOWEST = tl.constexpr(-8e37)  # below every score, and far enough from the end of float32 to be subtracted


@triton.jit
def add_relative(
    first_level: tl.tensor, first: tl.tensor, second_level: tl.tensor, second: tl.tensor
) -> tuple[tl.tensor, tl.tensor]:
    """The sum of two numbers that are relative to the exponentials of their levels, relative to the higher one."""
    level = tl.maximum(first_level, second_level)
    return level, first * tl.exp(first_level - level) + second * tl.exp(second_level - level)


@triton.jit
def total_relative(levels: tl.tensor, terms: tl.tensor) -> tuple[tl.tensor, tl.tensor]:
    """The sum of each row, relative to its highest level."""
    level = tl.max(levels, axis=1)[:, None]
    return level, tl.sum(terms * tl.exp(levels - level), axis=1)[:, None]


@triton.jit
def places_of(order_ptr: tl.tensor, row: tl.tensor, place: tl.tensor, inside: tl.tensor, n: tl.tensor) -> tl.tensor:
    """The position of the item at each place."""
    if order_ptr is None:
        return place + tl.zeros_like(row)
    else:
        return tl.load(order_ptr + row * n + place, mask=inside, other=-1)


@triton.jit
def choices_forward(
    scores_ptr: tl.tensor,
    order_ptr: tl.tensor,
    mask_ptr: tl.tensor,
    weights_ptr: tl.tensor,
    values_ptr: tl.tensor,
    highest_ptr: tl.tensor,
    sums_ptr: tl.tensor,
    lists: tl.tensor,
    n: tl.tensor,
    ACCUMULATE: tl.constexpr,
    ROWS: tl.constexpr,
    COLUMNS: tl.constexpr,
) -> None:
    """From the last block of places to the first: the highest score from each place on, the sum relative to it, and
    the weighted logarithm of the chance of the item there."""
    row = (tl.program_id(0).to(tl.int64) * ROWS + tl.arange(0, ROWS))[:, None]
    carried_level = tl.full([ROWS, 1], LOWEST, ACCUMULATE)
    carried = tl.zeros([ROWS, 1], ACCUMULATE)
    value = tl.zeros([ROWS, COLUMNS], ACCUMULATE)
    blocks = tl.cdiv(n, COLUMNS)
    for block in range(0, blocks):
        place = (blocks - 1 - block) * COLUMNS + tl.arange(0, COLUMNS)[None, :]
        inside = (row < lists) & (place < n)
        position = places_of(order_ptr, row, place, inside, n)
        real = inside & real_items(mask_ptr, row, tl.where(inside, position, -1), n)
        score = tl.load(scores_ptr + row * n + position, mask=real, other=0).to(ACCUMULATE)
        level = tl.where(real, tl.maximum(score, LOWEST), LOWEST)
        term = tl.where(real, tl.exp(tl.where(real, score - level, 0.0)), 0.0)
        highest, total = tl.associative_scan((level, term), 1, add_relative, reverse=True)
        highest, total = add_relative(highest, total, carried_level, carried)
        block_level, block_total = total_relative(level, term)
        carried_level, carried = add_relative(block_level, block_total, carried_level, carried)
        chosen = real & (total != 0)
        chance = score - highest - tl.log(tl.where(chosen, total, 1.0))
        if weights_ptr is not None:
            weight = tl.load(weights_ptr + row * n + place, mask=inside, other=0)
            chosen = chosen & (weight > 0)
            chance = chance * weight
        value += tl.where(chosen, chance, 0.0)
        tl.store(highest_ptr + row * n + place, highest, mask=inside)
        tl.store(sums_ptr + row * n + place, total, mask=inside)
    tl.store(values_ptr + row, tl.sum(value, axis=1)[:, None], mask=row < lists)


@triton.jit
def choices_backward(
    scores_ptr: tl.tensor,
    order_ptr: tl.tensor,
    mask_ptr: tl.tensor,
    weights_ptr: tl.tensor,
    shared_ptr: tl.tensor,
    highest_ptr: tl.tensor,
    sums_ptr: tl.tensor,
    upstream_ptr: tl.tensor,
    gradient_ptr: tl.tensor,
    lists: tl.tensor,
    n: tl.tensor,
    ACCUMULATE: tl.constexpr,
    ROWS: tl.constexpr,
    COLUMNS: tl.constexpr,
) -> None:
    """From the first block of places to the last: each item's weight less its chances at all places up to its own."""
    row = (tl.program_id(0).to(tl.int64) * ROWS + tl.arange(0, ROWS))[:, None]
    upstream = tl.load(upstream_ptr + row, mask=row < lists, other=0)
    carried_level = tl.full([ROWS, 1], LOWEST, ACCUMULATE)
    carried = tl.zeros([ROWS, 1], ACCUMULATE)
    for start in range(0, n, COLUMNS):
        place = start + tl.arange(0, COLUMNS)[None, :]
        inside = (row < lists) & (place < n)
        position = places_of(order_ptr, row, place, inside, n)
        real = inside & real_items(mask_ptr, row, tl.where(inside, position, -1), n)
        score = tl.load(scores_ptr + row * n + position, mask=real, other=0).to(ACCUMULATE)
        total = tl.load(sums_ptr + row * n + place, mask=inside, other=0)
        chosen = real & (total != 0)
        weight = tl.where(chosen, 1.0, 0.0).to(ACCUMULATE)
        shared = weight
        if weights_ptr is not None:
            weight = tl.where(chosen, tl.load(weights_ptr + row * n + place, mask=inside, other=0), 0.0)
            shared = tl.where(chosen, tl.load(shared_ptr + row * n + place, mask=inside, other=0), 0.0)
        highest = tl.load(highest_ptr + row * n + place, mask=inside, other=0)
        level = tl.where(chosen, -highest, LOWEST)
        term = divide(shared, tl.where(chosen, total, 1.0))
        reached, taken = tl.associative_scan((level, term), 1, add_relative)
        reached, taken = add_relative(reached, taken, carried_level, carried)
        block_level, block_total = total_relative(level, term)
        carried_level, carried = add_relative(block_level, block_total, carried_level, carried)
        # Where nothing was chosen yet, the level is no score's.
        reached = tl.where(real & (taken != 0), score + reached, 0.0)
        chances = tl.exp(reached) * taken
        gradient = tl.where(real, (weight - chances) * upstream, 0.0)
        written = inside & (position >= 0) & (position < n)
        tl.store(gradient_ptr + row * n + position, gradient, mask=written)
