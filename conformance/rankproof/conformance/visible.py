"""Text of unknown origin as a message shows it: nothing in it moves the cursor or colours the screen."""

from __future__ import annotations

from typing import Any


def visible(text: str) -> str:
    """The text with escapes for characters that cannot be printed."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


def kind_of(value: Any) -> str:
    """``an int``: the type of a value, with its article."""
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"
