"""Text of unknown origin as a message shows it: nothing in it moves the cursor or colours the screen."""

from __future__ import annotations


def visible(text: str) -> str:
    """The text with escapes for characters that cannot be printed."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)
