"""max, min and abs: at a tie, also one within the error bounds, the gradient becomes a set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rankproof.conformance.oracle.arithmetic import Arithmetic
from rankproof.conformance.oracle.numbers import Generators, Monomial, Number, Partials, Real


def maximum(ar: Arithmetic, values: Sequence[Any]) -> Any:
    """The largest of the values; the weights of those that tie for it are free."""
    if all(type(value) is int for value in values):
        return max(values)
    numbers = [ar.number(value) for value in values]
    best = max(numbers, key=lambda number: number.v)
    if len(numbers) == 2:
        other = numbers[0] if best is numbers[1] else numbers[1]
        return _tie(ar, [best, other], best.v) if _tied(ar, best, other) else best
    tied = [number for number in numbers if number is best or _tied(ar, best, number)]
    return _tie(ar, tied, best.v) if len(tied) > 1 else best


def minimum(ar: Arithmetic, values: Sequence[Any]) -> Any:
    """The smallest of the values."""
    if all(type(value) is int for value in values):
        return min(values)
    return ar.negative(maximum(ar, [ar.negative(ar.number(value)) for value in values]))


def absolute(ar: Arithmetic, value: Any) -> Any:
    """|a| = max(a, -a)."""
    if type(value) is int:
        return abs(value)
    a = ar.number(value)
    if a.v == 0 and a.e == 0 and not a.q:
        return a
    return maximum(ar, [a, ar.negative(a)])


def _tied(ar: Arithmetic, best: Number, other: Number) -> bool:
    """Whether another implementation may find ``other`` to be at least ``best``."""
    gap = best.v - other.v
    # Written so that NaN bounds, of numbers that overflowed, count as ties.
    return gap == 0 or not gap >= 2 * ar.u * (best.e + other.e)


def _tie(ar: Arithmetic, options: list[Number], v: Real) -> Number:
    """The number that any mixture of the options gives."""
    e = max(option.e for option in options)
    leaf = all(option.certain and option.v == v for option in options)
    first = options[0]
    q = _largest([option.q for option in options])
    if all(option.p == first.p and option.g == first.g for option in options):
        return Number(v, e, first.p, q, first.g, leaf)
    return Number(v, e, {}, q, _mixture(next(ar.ties), options), leaf)


def _mixture(tie: int, options: list[Number]) -> Generators:
    generators: Generators = {}
    for index, option in enumerate(options):
        weight: Monomial = frozenset({(tie, index)})
        generators[weight] = option.p
        for monomial, generator in (option.g or {}).items():
            generators[monomial | weight] = generator
    return generators


def _largest(bounds: list[Partials]) -> Partials:
    """The largest bound of each component; NaN, of a derivative that does not exist, is larger than any number."""
    found: Partials = {}
    for bound in bounds:
        for component, q in bound.items():
            before = found.get(component, 0)
            found[component] = before if before != before or before >= q else q
    return found
