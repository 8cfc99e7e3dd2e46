"""Arithmetic in kernels: what a GPU would round more than once, or let overflow."""

from __future__ import annotations

import triton
import triton.language as tl


@triton.jit
def divide(x: tl.tensor, y: tl.tensor) -> tl.tensor:
    """The quotient as IEEE rounds it; a plain float32 division is off by two units on a GPU."""
    if y.dtype == tl.float64:
        return x / y
    else:
        return tl.div_rn(x, y)


@triton.jit
def sigmoids(x: tl.tensor) -> tuple[tl.tensor, tl.tensor]:
    """The sigmoid of x and of -x; the exponent is never positive, so that nothing overflows."""
    small = tl.exp(-tl.abs(x))
    large = divide(1.0, 1.0 + small)
    small = small * large
    return tl.where(x >= 0, large, small), tl.where(x >= 0, small, large)
