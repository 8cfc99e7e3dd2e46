"""How an error message shows what was got, and what was probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from itertools import islice
from typing import Any

from rankproof.conformance.specification.model import Constant
from rankproof.conformance.visible import visible

_LONGEST_NAME = 60  # difflib takes quadratic time, and nobody misspells a longer name
_MOST_NAMES = 500


def shorten(text: str, length: int = _LONGEST_NAME) -> str:
    """The text made visible, with dots for its middle where it is longer than ``length``."""
    if len(text) <= length:
        return visible(text)
    half = (length - 3) // 2
    return visible(f"{text[:half]}...{text[-half:]}")


def shown(value: Any) -> str:
    """A value of a YAML file as an error message shows it."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case dict():
            return "a mapping" if value else "an empty mapping"
        case list():
            return f"a list of {len(value)}"
        case str():
            return repr(value) if len(value) <= _LONGEST_NAME else f"'{shorten(value)}'"
        case Constant():
            return shorten(value.text)
        case _:
            return shorten(str(value))


def closest(name: str, known: Iterable[str]) -> str | None:
    """The known name that was probably meant, None where none is close."""
    if len(name) > _LONGEST_NAME:
        return None
    return next(iter(difflib.get_close_matches(name, islice(known, _MOST_NAMES), n=1)), None)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """``; did you mean 'scores'?`` where a known name is close, else ``; expected one of ...``, else nothing."""
    names = list(islice(known, _MOST_NAMES))
    close = closest(name, names)
    if close:
        return f"; did you mean {close!r}?"
    if not names:
        return ""
    if len(names) == 1:
        return f"; expected {names[0]!r}"
    listed = ", ".join(shorten(name) for name in names[:12])
    return f"; expected one of {listed}" + (", ..." if len(names) > 12 else "")
