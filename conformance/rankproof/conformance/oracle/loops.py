"""Loops and conditions as code: the members of a comprehension, one by one."""

from __future__ import annotations

from typing import Any

from rankproof.conformance.oracle.frames import Code, Frame
from rankproof.conformance.oracle.sums import shown
from rankproof.conformance.specification.errors import FormulaError


def truth(value: Any) -> bool:
    """A truth value as it is; FormulaError for anything else."""
    if value is True or value is False:
        return bool(value)
    raise FormulaError(f"{shown(value)} where a condition is expected")


def single(element: Code) -> Code:
    """The innermost part: one member."""
    return lambda f: (element(f),)


def loop(iterable: Code, slot: int, tests: list[Code], inner: Code) -> Code:
    """``for x in iterable if tests`` around what yields the members."""

    def members(f: Frame) -> Any:
        for value in iterable(f):
            f[slot] = value
            for test in tests:
                if not truth(test(f)):
                    break
            else:
                yield from inner(f)

    return members


def members_of(code: Code, steps: int = 1) -> Code:
    """Code that returns the members of a list; each is counted as the steps that are taken with it."""

    def members(f: Frame) -> Any:
        values = code(f)
        if not isinstance(values, tuple | range):
            raise FormulaError(f"{shown(values)} where a list is expected")
        f[0].spend(len(values) * steps)
        return values

    return members
