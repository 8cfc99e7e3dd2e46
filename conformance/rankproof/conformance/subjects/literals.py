"""Arrays as Python source: every number exact, and long runs of one number short."""

from __future__ import annotations

from itertools import groupby
from typing import Any

LONG = 64  # numbers in a row, from which on runs are looked for
WORTH = 4  # numbers that a run must stand for on average


def literal(value: Any) -> str:
    """Nested lists as source; ``repr`` of a float is exact."""
    if not isinstance(value, list):
        return repr(value)
    if value and isinstance(value[0], list):
        return f"[{', '.join(literal(each) for each in value)}]"
    return _runs(value) if len(value) >= LONG else repr(value)


def _runs(values: list[Any]) -> str:
    """A sum of lists, each number that comes several times in a row written once; for these few runs alone."""
    runs = [(text, len(list(members))) for text, members in groupby(map(repr, values))]
    if WORTH * len(runs) > len(values):
        return repr(values)
    parts: list[str] = []
    for single, members in groupby(runs, key=lambda run: run[1] == 1):
        if single:
            parts.append(f"[{', '.join(text for text, _ in members)}]")
        else:
            parts += [f"[{text}] * {count}" for text, count in members]
    return " + ".join(parts)
