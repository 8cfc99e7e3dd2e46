"""How tightly the parts of an expression hold together; a looser one inside a tighter one needs parentheses."""

from __future__ import annotations

import enum


class Level(enum.IntEnum):
    """From loose to tight, in the order of Python's grammar."""

    CONDITIONAL = 0
    OR = 1
    AND = 2
    NOT = 3
    COMPARISON = 4
    SUM = 5
    BIG = 6  # Σ and its like, which only mathematics has: they reach as far right as a product does
    PRODUCT = 7
    SIGN = 8
    POWER = 9
    ATOM = 10

    def next(self) -> Level:
        """The level of an operand that must not be of this one."""
        return Level(min(self + 1, Level.ATOM))


Piece = tuple[str, Level]  # a text, and how tightly it holds together


def enclosed(piece: Piece, level: Level) -> str:
    """The text, in parentheses where it is looser than ``level``."""
    text, own = piece
    return text if own >= level else f"({text})"
