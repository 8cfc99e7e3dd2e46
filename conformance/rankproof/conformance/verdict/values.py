"""Numbers and nested lists as a reader of a report wants them: exact, and short where there are thousands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LIMIT = 32  # entries of one axis that are shown


def as_text(value: Any) -> str:
    """A value on one line; floats to the last digit, long axes cut with their length."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {as_text(item)}" for name, item in value.items())
    if isinstance(value, list | tuple):
        shown = [as_text(item) for item in value[:LIMIT]]
        cut = [f"... {len(value)} in all"] if len(value) > LIMIT else []
        return f"[{', '.join(shown + cut)}]"
    return repr(value)


def share_text(share: float | None) -> str:
    """A share of the error budget, to two digits."""
    return "" if share is None else f"{share:.2g}"


def short_share_text(share: float | None) -> str:
    """A share of the error budget in at most six characters: of a large one the first digit and the power of ten."""
    return share_text(share) if share is None or 1e-3 <= share < 100 or not share else f"{share:.0e}"
