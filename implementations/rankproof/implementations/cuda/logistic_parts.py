"""The logistic cost log(1 + exp(x)) in kernels, in parts that do not overflow, and its derivative."""

from __future__ import annotations

import triton
import triton.language as tl

from rankproof.implementations.cuda.arithmetic import divide


@triton.jit
def logistic_parts(x: tl.tensor) -> tuple[tl.tensor, tl.tensor, tl.tensor]:
    """log(1 + exp(-|x|)), which is what log(1 + exp(x)) exceeds max(0, x) by; and the sigmoids of x and of -x.

    The logarithm of 1 + z is taken as z log(w) / (w - 1) with w the rounded 1 + z, which is exact to a few
    roundings where z is small: the rounding of w cancels (Kahan's log1p).
    """
    z = tl.exp(-tl.abs(x))
    w = 1.0 + z
    steps = w - 1.0
    logarithm = tl.where(steps == 0, z, tl.log(w) * divide(z, tl.where(steps == 0, 1.0, steps)))
    large = divide(1.0, w)
    small = z * large
    return logarithm, tl.where(x >= 0, large, small), tl.where(x >= 0, small, large)
