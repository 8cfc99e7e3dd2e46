"""What of a number format an error budget depends on: roundoff, range and what underflow may cost."""

from __future__ import annotations

from dataclasses import dataclass

from rankproof.conformance.cases.dtypes import FORMATS

# The smallest subnormal for float16, whose subnormals every device keeps; the smallest normal number
# elsewhere, since devices may flush subnormals to zero.
_TINY = {"float64": 2.0**-1022, "float32": 2.0**-126, "float16": 2.0**-24, "bfloat16": 2.0**-126}


@dataclass(frozen=True)
class Format:
    """A binary floating-point format; ``roundoff`` is half the distance from 1 to the next number."""

    roundoff: float
    tiny: float
    largest: float


def format_of(dtype: str) -> Format:
    """The format called ``dtype``; ValueError when it is none of those that are judged."""
    if dtype not in FORMATS:
        raise ValueError(f"dtype is {dtype!r}, expected one of {', '.join(FORMATS)}")
    return Format(FORMATS[dtype].roundoff, _TINY[dtype], FORMATS[dtype].largest)
