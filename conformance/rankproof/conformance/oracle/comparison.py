"""Discontinuities: comparing numbers, ordering them and rounding them down, only where the bounds allow it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rankproof.conformance.oracle.arithmetic import Arithmetic
from rankproof.conformance.oracle.errors import Undecided
from rankproof.conformance.oracle.numbers import Number, Real
from rankproof.conformance.specification.model import Location


@dataclass(frozen=True)
class Site:
    """Where in a spec file a condition stands."""

    text: str
    location: Location | None = None

    def undecided(self, a: Real, b: Real, bound: Real) -> Undecided:
        detail = f"{float(a)!r} and {float(b)!r} are closer than {float(bound):.3g}"
        return Undecided(self.text, self.location, detail)


def order(ar: Arithmetic, a: Any, b: Any, site: Site) -> int:
    """The sign of a - b.

    Decided for exact numbers, for equal inputs, and where the difference is at least twice the sum of
    the error bounds; Undecided is raised otherwise.
    """
    if type(a) is int and type(b) is int:
        return (a > b) - (a < b)
    a, b = ar.number(a), ar.number(b)
    gap = a.v - b.v
    if gap == 0 and (a is b or (a.certain and b.certain)):
        return 0
    bound = 2 * ar.u * (a.e + b.e)
    if gap and abs(gap) >= bound:
        return 1 if gap > 0 else -1
    if gap - gap != 0 or bound - bound != 0:
        raise ar.field.vacuous("comparison of infinities")
    raise site.undecided(a.v, b.v, bound)


def floor(ar: Arithmetic, a: Any, site: Site) -> int:
    """The largest integer that is at most a."""
    if type(a) is int:
        return a
    a = ar.number(a)
    whole = ar.field.floor(a.v)
    nearest = whole + 1 if a.v - whole > 0.5 else whole
    if a.e and (a.v != nearest or not a.certain):
        order(ar, Number(a.v, a.e), Number(ar.field.exact(nearest), 0), site)
    return whole


def arranged(ar: Arithmetic, values: Sequence[Any], reverse: bool, site: Site) -> tuple[int, ...]:
    """Positions in ascending or descending order of their values; equal ones keep theirs."""
    if all(type(value) is int for value in values):
        return tuple(sorted(range(len(values)), key=values.__getitem__, reverse=reverse))
    numbers = [ar.number(value) for value in values]
    positions = tuple(sorted(range(len(values)), key=lambda i: numbers[i].v, reverse=reverse))
    for before, after in itertools.pairwise(positions):
        order(ar, numbers[before], numbers[after], site)
    return positions


def in_order(ar: Arithmetic, values: Sequence[Any], reverse: bool, site: Site) -> tuple[Any, ...]:
    """The values sorted.

    Sorting is continuous, so that numbers without partial derivatives need no decision: a value among
    others that are about equal takes the largest of their error bounds. Tied numbers that have
    partial derivatives have to be the same numbers to every implementation.
    """
    if any(type(value) is not int for value in values):
        numbers = [ar.number(value) for value in values]
        if any(number.q for number in numbers):
            return tuple(numbers[i] for i in arranged(ar, values, reverse, site))
        return _merged(ar, sorted(numbers, key=lambda number: number.v, reverse=reverse))
    return tuple(sorted(values, reverse=reverse))


def _merged(ar: Arithmetic, numbers: list[Number]) -> tuple[Number, ...]:
    result: list[Number] = []
    run: list[Number] = []
    for number in [*numbers, None]:
        if run and (number is None or not _close(ar, run[-1], number)):
            e = max(each.e for each in run)
            result.extend(Number(each.v, e, leaf=each.leaf) for each in run)
            run = []
        if number is not None:
            run.append(number)
    return tuple(result)


def _close(ar: Arithmetic, a: Number, b: Number) -> bool:
    return not abs(a.v - b.v) >= 2 * ar.u * (a.e + b.e)
