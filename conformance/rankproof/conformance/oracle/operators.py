"""The operators of the formula language on integers and numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rankproof.conformance.oracle import functions
from rankproof.conformance.oracle.arithmetic import Arithmetic
from rankproof.conformance.oracle.comparison import Site, floor
from rankproof.conformance.oracle.frames import Code

Operator = Callable[[Any, Any], Any]


def negation(ar: Arithmetic) -> Callable[[Any], Any]:
    """-a."""
    return lambda value: -value if type(value) is int else ar.negative(ar.number(value))


def signed_sum(ar: Arithmetic, terms: list[tuple[int, Code]]) -> Code:
    """The sum of terms, each with its sign."""
    negated = negation(ar)
    if len(terms) == 2 and terms[0][0] == 1:
        left, right = terms[0][1], terms[1][1]
        if terms[1][0] == 1:
            return lambda f: ar.sum((left(f), right(f)))
        return lambda f: ar.difference(left(f), right(f))
    return lambda f: ar.sum([code(f) if sign == 1 else negated(code(f)) for sign, code in terms])


def power(ar: Arithmetic) -> Operator:
    """a ** b."""

    def raised(base: Any, exponent: Any) -> Any:
        if type(base) is int and type(exponent) is int:
            return ar.integer_power(base, exponent)
        return functions.power(ar, ar.number(base), exponent if type(exponent) is int else ar.number(exponent))

    return raised


def floor_division(ar: Arithmetic, site: Site) -> Operator:
    """a // b."""

    def divide(a: Any, b: Any) -> Any:
        if type(a) is int and type(b) is int and b != 0:
            return a // b
        return floor(ar, ar.quotient(a, b), site)

    return divide


def remainder(ar: Arithmetic, site: Site) -> Operator:
    """a % b."""
    divide = floor_division(ar, site)
    return lambda a, b: ar.difference(a, ar.product(b, divide(a, b)))
