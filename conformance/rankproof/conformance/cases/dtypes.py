"""The floating-point formats under test: their roundoff, and rounding to them without torch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rankproof.conformance.cases.case import Array


@dataclass(frozen=True)
class Format:
    """A binary floating-point format: significand bits with the hidden one, range, longest list of a case."""

    name: str
    bits: int
    largest: float
    longest: int

    @property
    def roundoff(self) -> float:
        """Half the distance from 1 to the next number."""
        return 2.0**-self.bits

    @property
    def half(self) -> bool:
        """Whether sums of this format are too coarse for wide or shifted scores."""
        return self.bits < 16


FORMATS = {
    "float64": Format("float64", 53, float(np.finfo(np.float64).max), 64),
    "float32": Format("float32", 24, float(np.finfo(np.float32).max), 64),
    "float16": Format("float16", 11, 65504.0, 16),
    "bfloat16": Format("bfloat16", 8, 3.3895313892515355e38, 16),
}


def round_to(values: Array, dtype: str) -> Array:
    """The nearest numbers of the format, as float64 (ties to even, NaN and infinity kept)."""
    values = np.asarray(values, dtype=np.float64)
    if dtype == "float64":
        return values
    if dtype in ("float32", "float16"):
        with np.errstate(over="ignore"):
            return values.astype(dtype).astype(np.float64)
    if dtype != "bfloat16":
        raise ValueError(f"unknown dtype {dtype!r}: expected one of {', '.join(FORMATS)}")
    # Rounding the float64 significand directly avoids rounding twice, by way of float32.
    fraction, exponent = np.frexp(values)
    with np.errstate(invalid="ignore"):
        rounded: Array = np.ldexp(np.round(np.ldexp(fraction, 8)), exponent - 8)
    return rounded
