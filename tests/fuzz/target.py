"""What is fuzzed: a reader that takes bytes, and either accepts them or refuses them with a clear error of ours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import strategies as st


class Unclear(Exception):
    """A refusal that a user could not act on; the message says what it lacks."""


@dataclass(frozen=True)
class Target:
    """One reader.

    ``read`` returns whether it accepted the input. It raises Unclear for a refusal that says too little;
    anything else that it raises is a failure.
    """

    name: str
    read: Callable[[bytes], bool]
    inputs: Callable[[], st.SearchStrategy[bytes]]
    seeds: Callable[[], list[bytes]]
    share: float  # of the number of inputs
    engines: tuple[str, ...] = ("hypothesis", "atheris")
    seconds: float = 2.0  # of processor time that one input may take
    words: tuple[str, ...] = ()  # to be inserted
    variants: int = 9  # of each input that Hypothesis draws


MOST_TEXT = 100_000  # characters of a message


def require_clear(message: str, *named: str) -> None:
    """Raise Unclear for a message that is empty, endless, unprintable, a traceback, or names none of what it has to."""
    if not message.strip():
        raise Unclear("the message is empty")
    if len(message) > MOST_TEXT:
        raise Unclear(f"the message has {len(message)} characters")
    odd = next((c for c in message if c != "\n" and not c.isprintable()), None)
    if odd is not None:
        raise Unclear(f"the message holds the character {odd!r}: {message[:200]!r}")
    if "Traceback (most recent call last)" in message:
        raise Unclear(f"the message is a traceback: {message[:200]!r}")
    missing = [name for name in named if name not in message]
    if missing:
        raise Unclear(f"the message does not name {missing[0]!r}: {message[:200]!r}")
