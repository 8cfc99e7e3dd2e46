"""The law of the number of trials of a WARP walk, and the random numbers that it is drawn from.

Among M items of which V violate, a walk without replacement is longer than t with probability C(M - V, t) / C(M, t),
one with replacement with probability (1 - V / M)^t; the violator that ends it is uniform among all.
"""

from __future__ import annotations

import triton
import triton.language as tl


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
    # A walk that only violators end at once divides by -infinity; one without any is capped, and is not used.
    chance = tl.where(misses > 0, tl.log(tl.where(misses > 0, misses, 1.0)), float("-inf"))
    trials = tl.log(uniform_number) / tl.minimum(chance, -1e-300)
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
    threshold = tl.log(uniform_number) + tl.load(log_factorials_ptr + universe + violating * 0, mask=drawing, other=0)
    threshold -= tl.load(log_factorials_ptr + harmless, mask=drawing, other=0)
    fewest = tl.full(violating.shape, 1, tl.int32)
    most = tl.where(drawing, harmless + 1, 1)
    while tl.max(most - fewest) > 0:
        middle = (fewest + most) // 2
        apart = fewest < most
        log_ratio = tl.load(log_factorials_ptr + universe - middle, mask=apart, other=0)
        log_ratio -= tl.load(log_factorials_ptr + harmless - middle, mask=apart, other=0)
        longer = apart & (log_ratio > threshold)
        fewest = tl.where(longer, middle + 1, fewest)
        most = tl.where(apart & (log_ratio <= threshold), middle, most)
    return fewest
