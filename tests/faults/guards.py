"""Clauses that catch no fault of a loss and are kept all the same, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Guard:
    """A clause that guards against what nobody has got wrong yet; ``loss`` is "*" for every loss that has it."""

    loss: str
    clause: str
    reason: str


GUARDS: tuple[Guard, ...] = ()
