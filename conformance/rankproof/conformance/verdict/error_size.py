"""How far an answer is off, in the terms in which a reader thinks of numbers: absolute, and relative to what is due."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any


def error_text(got: Any, expected: Any) -> str:
    """``8e-10 (relative 4e-11)``, of nested lists or mappings of them; empty where they cannot be subtracted.

    It is the largest error, relative to the largest number that is due; there is no such where only 0 is due.
    """
    try:
        pairs = [(float(left), float(right)) for left, right in _pairs(got, expected)]
    except (TypeError, ValueError, OverflowError):
        return ""
    error = max((abs(left - right) for left, right in pairs if not _alike(left, right)), default=0.0)
    if not error or not math.isfinite(error):
        return ""
    due = max((abs(right) for _, right in pairs if math.isfinite(right)), default=0.0)
    relative = error / due if due else math.inf
    return f"{error:.2g} (relative {relative:.2g})" if math.isfinite(relative) else f"{error:.2g}, where 0 is due"


def _alike(left: float, right: float) -> bool:
    return left == right or (math.isnan(left) and math.isnan(right))


def _pairs(got: Any, expected: Any) -> Iterator[tuple[Any, Any]]:
    """The numbers of both that stand in the same place; raises ValueError where one has places that the other lacks."""
    if isinstance(expected, Mapping):
        if not isinstance(got, Mapping):
            raise ValueError("a mapping against something else")
        for name, each in expected.items():
            yield from _pairs(got.get(name), each)
    elif isinstance(expected, list | tuple):
        if not isinstance(got, list | tuple):
            raise ValueError("a list against something else")
        for left, right in zip(got, expected, strict=True):
            yield from _pairs(left, right)
    elif isinstance(got, str) or isinstance(expected, str):
        raise ValueError("words are not subtracted")
    else:
        yield got, expected
