"""Text of unknown origin as a message shows it: nothing in it moves the cursor, colours the screen or cannot be printed."""

from __future__ import annotations


def visible(text: str, kept: str = "") -> str:
    """The text with escapes for characters that cannot be printed, but for those of ``kept``."""
    if text.isprintable():
        return text
    return "".join(
        each if each.isprintable() or each in kept else each.encode("unicode_escape").decode() for each in text
    )
