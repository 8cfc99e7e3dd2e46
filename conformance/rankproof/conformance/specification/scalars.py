"""Unquoted YAML scalars: YAML 1.2's null, booleans and numbers, and nothing of YAML 1.1's yes, no, on and off."""

from __future__ import annotations

import math
import re
from decimal import Decimal

from rankproof.conformance.specification.model import Constant

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)", re.ASCII)
_DECIMAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", re.ASCII)
_WORDS = {
    "": None,
    "~": None,
    "null": None,
    "true": True,
    "false": False,
    ".nan": Constant(math.nan, "nan"),
    ".inf": Constant(math.inf, "inf"),
    "-.inf": Constant(-math.inf, "-inf"),
}
_LONGEST_NUMBER = 40

Scalar = None | bool | int | Constant | str


def resolve(text: str) -> Scalar:
    """The value of an unquoted scalar.

    Raises
    ------
    ValueError
        For a number that float64 or a 64-bit integer cannot hold as it is written.
    """
    if text in _WORDS:
        return _WORDS[text]
    if len(text) > _LONGEST_NUMBER and _DECIMAL.fullmatch(text):
        raise ValueError(f"a number of {len(text)} characters, expected at most {_LONGEST_NUMBER}")
    if _INTEGER.fullmatch(text):
        return _integer(text)
    if _DECIMAL.fullmatch(text) and not text.lstrip("+-").isdigit():
        return decimal(text)
    return text


def decimal(text: str) -> Constant:
    """The float64 of a decimal literal, which remembers its text.

    Raises
    ------
    ValueError
        For a literal with more digits than float64 tells apart: printing the float would give another number.
    """
    value = float(text)
    if not math.isfinite(value) or Decimal(repr(value)) != Decimal(text):
        raise ValueError(
            f"the number {text} does not survive float64 (it would be {value!r}); "
            "write at most 15 digits, or an expression in quotes"
        )
    return Constant(value, text.removeprefix("+"))


def _integer(text: str) -> int:
    value = int(text)
    if abs(value) >= 2**63:
        raise ValueError(f"the integer {text} needs more than 64 bits; write it as a decimal, as 1e20")
    return value
