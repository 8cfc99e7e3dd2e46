"""The number formats that subjects compute in: roundoff, range and smallest number of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Format:
    """A binary floating-point format.

    ``roundoff`` is half the distance from 1 to the next number. ``tiny`` is the absolute error that
    underflow may cause: the smallest subnormal for float16, whose subnormals every device keeps, and
    the smallest normal number elsewhere, since devices may flush subnormals to zero.
    """

    name: str
    roundoff: float
    tiny: float
    largest: float


FORMATS: Mapping[str, Format] = {
    item.name: item
    for item in (
        Format("float64", 2.0**-53, 2.0**-1022, (2 - 2.0**-52) * 2.0**1023),
        Format("float32", 2.0**-24, 2.0**-126, (2 - 2.0**-23) * 2.0**127),
        Format("float16", 2.0**-11, 2.0**-24, 65504.0),
        Format("bfloat16", 2.0**-8, 2.0**-126, (2 - 2.0**-7) * 2.0**127),
    )
}


def format_of(dtype: str) -> Format:
    """The format called ``dtype``; ValueError when it is none of those that are judged."""
    try:
        return FORMATS[dtype]
    except KeyError:
        raise ValueError(f"dtype is {dtype!r}, expected one of {', '.join(FORMATS)}") from None
