"""The functions of the formula language as they are called: over collections, of numbers, of integers."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rankproof.conformance.oracle import comparison, functions, kinks
from rankproof.conformance.oracle.arithmetic import Arithmetic
from rankproof.conformance.oracle.comparison import Site
from rankproof.conformance.oracle.frames import Code, Frame
from rankproof.conformance.oracle.loops import truth
from rankproof.conformance.oracle.numbers import Number
from rankproof.conformance.oracle.sums import shown
from rankproof.conformance.specification.errors import FormulaError

LONGEST_PERMUTATION = 8


@dataclass(frozen=True)
class Collection:
    """The arguments of a call: ``codes`` one by one, ``members`` those of the single list that they may be."""

    codes: list[Code]
    members: Code


Call = Callable[[Arithmetic, Collection, Mapping[str, Code], Site], Code]


def _sum(ar: Arithmetic, given: Collection, keywords: Mapping[str, Code], site: Site) -> Code:
    members = given.members
    return lambda f: ar.sum(tuple(members(f)))


def _prod(ar: Arithmetic, given: Collection, keywords: Mapping[str, Code], site: Site) -> Code:
    def code(f: Frame) -> Any:
        result: Any = 1
        for value in given.members(f):
            result = ar.product(result, value)
        return result

    return code


def _extreme(function: Callable[[Arithmetic, Any], Any]) -> Call:
    def build(ar: Arithmetic, given: Collection, keywords: Mapping[str, Code], site: Site) -> Code:
        members, default = given.members, keywords.get("default")

        def code(f: Frame) -> Any:
            values = tuple(members(f))
            if values:
                return function(ar, values)
            if default is None:
                raise FormulaError(f"`{site.text}` of nothing")
            return default(f)

        return code

    return build


def _quantifier(stops: bool) -> Call:
    def build(ar: Arithmetic, given: Collection, keywords: Mapping[str, Code], site: Site) -> Code:
        def code(f: Frame) -> bool:
            return any(truth(value) is stops for value in given.members(f)) is stops

        return code

    return build


def _count(ar: Arithmetic, given: Collection, keywords: Mapping[str, Code], site: Site) -> Code:
    return lambda f: sum(1 for value in given.members(f) if truth(value))


def _first(ar: Arithmetic, given: Collection, keywords: Mapping[str, Code], site: Site) -> Code:
    default = keywords["default"]

    def code(f: Frame) -> Any:
        for value in given.members(f):
            return value
        return default(f)

    return code


def _sorting(function: Callable[[Arithmetic, Any, bool, Site], Any]) -> Call:
    def build(ar: Arithmetic, given: Collection, keywords: Mapping[str, Code], site: Site) -> Code:
        reverse = keywords.get("reverse")

        def code(f: Frame) -> Any:
            descending = reverse is not None and truth(reverse(f))
            return function(ar, tuple(given.members(f)), descending, site)

        return code

    return build


def _vector(function: Callable[[Arithmetic, list[Number]], Number]) -> Call:
    def build(ar: Arithmetic, given: Collection, keywords: Mapping[str, Code], site: Site) -> Code:
        return lambda f: function(ar, [ar.number(value) for value in given.members(f)])

    return build


def _scalar(function: Callable[[Arithmetic, Number], Number]) -> Call:
    def build(ar: Arithmetic, given: Collection, keywords: Mapping[str, Code], site: Site) -> Code:
        argument = given.codes[0]
        return lambda f: function(ar, ar.number(argument(f)))

    return build


def _abs(ar: Arithmetic, given: Collection, keywords: Mapping[str, Code], site: Site) -> Code:
    argument = given.codes[0]
    return lambda f: kinks.absolute(ar, argument(f))


def _sign(ar: Arithmetic, given: Collection, keywords: Mapping[str, Code], site: Site) -> Code:
    argument = given.codes[0]
    return lambda f: comparison.order(ar, argument(f), 0, site)


def _floor(ar: Arithmetic, given: Collection, keywords: Mapping[str, Code], site: Site) -> Code:
    argument = given.codes[0]
    return lambda f: comparison.floor(ar, argument(f), site)


def _stop(ar: Arithmetic, given: Collection, keywords: Mapping[str, Code], site: Site) -> Code:
    argument = given.codes[0]

    def code(f: Frame) -> Any:
        value = argument(f)
        return Number(value.v, value.e, leaf=value.leaf) if type(value) is Number else value

    return code


def _integer(value: Any, what: str) -> int:
    if type(value) is not int:
        raise FormulaError(f"{what} of {shown(value)}, expected an integer")
    return value


def _harmonic(ar: Arithmetic, given: Collection, keywords: Mapping[str, Code], site: Site) -> Code:
    argument = given.codes[0]

    def code(f: Frame) -> Any:
        n = _integer(argument(f), "harmonic")
        if n < 0:
            raise FormulaError(f"harmonic of {n}, expected at least 0")
        return functions.harmonic(ar, n) if n > 1 else n

    return code


def _len(ar: Arithmetic, given: Collection, keywords: Mapping[str, Code], site: Site) -> Code:
    argument = given.codes[0]
    return lambda f: len(argument(f))


def _range(ar: Arithmetic, given: Collection, keywords: Mapping[str, Code], site: Site) -> Code:
    codes = given.codes
    return lambda f: range(*(_integer(code(f), "range") for code in codes))


def _permutations(ar: Arithmetic, given: Collection, keywords: Mapping[str, Code], site: Site) -> Code:
    argument = given.codes[0]

    def code(f: Frame) -> Any:
        values = argument(f)
        if len(values) > LONGEST_PERMUTATION:
            raise FormulaError(f"permutations of {len(values)} members, expected at most {LONGEST_PERMUTATION}")
        f[0].spend(math.factorial(len(values)) * len(values))
        return tuple(itertools.permutations(values))

    return code


VECTORS = {"logsumexp": functions.logsumexp, "norm": functions.norm}

CALLS: Mapping[str, Call] = {
    "sum": _sum,
    "prod": _prod,
    "max": _extreme(kinks.maximum),
    "min": _extreme(kinks.minimum),
    "any": _quantifier(True),
    "all": _quantifier(False),
    "count": _count,
    "first": _first,
    "sorted": _sorting(comparison.in_order),
    "argsort": _sorting(comparison.arranged),
    **{name: _vector(function) for name, function in VECTORS.items()},
    "abs": _abs,
    "sign": _sign,
    "floor": _floor,
    "stop": _stop,
    "harmonic": _harmonic,
    "len": _len,
    "range": _range,
    "permutations": _permutations,
    **{name: _scalar(function) for name, function in functions.UNARY.items()},
}
