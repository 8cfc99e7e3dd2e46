"""Constants, inputs and sums of numbers, with the growth of their error bounds.

The rules hold for every order of evaluation: a sum of m terms rounds by k times the sum of their
absolute values, with k = min(m - 1, 2 ceil(sqrt m)). In certified cases every sum of exact terms is exact.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Sequence
from typing import Any

from rankproof.conformance.oracle.errors import NanRead
from rankproof.conformance.oracle.fields import Field
from rankproof.conformance.oracle.numbers import NotANumber, Number, Partials, Real, combined, sizes
from rankproof.conformance.specification.errors import FormulaError

EXACT_BITS = 8  # significant bits up to which a constant is exact in every format


@functools.cache
def rounding_steps(terms: int) -> int:
    """How often a partial sum of ``terms`` terms is rounded, up to the cancellation of random signs."""
    return min(terms - 1, 2 * math.ceil(math.sqrt(terms))) if terms > 1 else 0


def significant_bits(value: int | float) -> int:
    """The bits of a binary number from its first to its last 1."""
    numerator = abs(value.as_integer_ratio()[0])
    return (numerator // (numerator & -numerator)).bit_length() if numerator else 0


def shown(value: Any) -> str:
    """What a value is, for a message."""
    if isinstance(value, bool):
        return "a truth value"
    if value is None:
        return "null"
    if isinstance(value, str):
        return "a choice"
    return "a list" if isinstance(value, tuple | range) else str(value)


class Sums:
    """What is added up in a field, for subjects of roundoff ``u``."""

    def __init__(self, field: Field, u: Real, certified: bool = False) -> None:
        self.field = field
        self.u = u
        self.certified = certified
        self.ties = itertools.count()
        self._integers: dict[int, Number] = {}

    def number(self, value: Any) -> Number:
        """A number as it is, an integer as a constant; anything else is no number."""
        if type(value) is Number:
            return value
        if type(value) is int:
            return self.integer(value)
        if type(value) is NotANumber:
            raise NanRead
        raise FormulaError(f"{shown(value)} where a number is expected")

    def integer(self, value: int) -> Number:
        """An integer constant: exact up to 8 significant bits."""
        known = self._integers.get(value)
        if known is None:
            known = self.constant(self.field.exact(value), significant_bits(value))
            if len(self._integers) < 4096:
                self._integers[value] = known
        return known

    def decimal(self, value: float) -> Number:
        """A decimal constant of a formula's text."""
        return self.constant(self.field.decimal(value), significant_bits(value))

    def constant(self, value: Real, bits: int) -> Number:
        """A constant of so many significant bits."""
        return Number(value, abs(value) if bits > EXACT_BITS else 0)

    def leaf(self, value: float, component: int | None) -> Number:
        """An input or a real parameter; ``component`` is its place in the gradient, None without one."""
        v = self.field.exact(value)
        e = 0 if self.certified else abs(v)
        if component is None:
            return Number(v, e, leaf=True)
        return Number(v, e, {component: self.field.exact(1)}, {component: self.field.exact(0)}, leaf=True)

    def label(self, value: float) -> Number:
        """An input that is not differentiated and is the same number to every implementation."""
        return Number(self.field.exact(value), 0, leaf=True)

    def negative(self, a: Number) -> Number:
        """-a, which rounds nothing."""
        partials = {c: -x for c, x in a.p.items()}
        generators = None if a.g is None else combined([(-1, a)])[1]
        return Number(-a.v, a.e, partials, a.q, generators, a.leaf)

    def sum(self, terms: Sequence[Any]) -> Any:
        """The sum of integers and numbers; an integer if all of them are."""
        numbers = [term for term in terms if type(term) is not int]
        whole = sum(term for term in terms if type(term) is int)
        if not numbers:
            return whole
        numbers = [self.number(term) for term in numbers]
        if whole:
            numbers.append(self.integer(whole))
        if len(numbers) == 1:
            return numbers[0]
        return self.plus(*numbers) if len(numbers) == 2 else self._sum(numbers)

    def difference(self, a: Any, b: Any) -> Any:
        """a - b of integers or numbers."""
        if type(a) is int and type(b) is int:
            return a - b
        if type(b) is int and b == 0:
            return a
        return self.plus(self.number(a), self.number(b), -1)

    def plus(self, a: Number, b: Number, sign: int = 1) -> Number:
        """a + b, or a - b."""
        v = a.v + b.v if sign == 1 else a.v - b.v
        e = a.e + b.e
        if not (self.certified and e == 0) and (a.v or a.e) and (b.v or b.e):
            e += abs(a.v) + abs(b.v)
        if a.g is not None or b.g is not None:
            return self._with_partials(v, e, [a, b if sign == 1 else self.negative(b)])
        if not b.p:
            return Number(v, e, a.p, a.q)
        p, q, bounds = a.p.copy(), a.q.copy(), b.q
        for c, x in b.p.items():
            if c in p:
                y = p[c]
                p[c] = y + x if sign == 1 else y - x
                q[c] += bounds[c] + abs(x) + abs(y)
            else:
                p[c] = x if sign == 1 else -x
                q[c] = bounds[c]
        return Number(v, e, p, q)

    def _sum(self, numbers: list[Number]) -> Number:
        v = self.field.sum([a.v for a in numbers])
        e = sum(a.e for a in numbers)
        if not (self.certified and e == 0):
            k = rounding_steps(sum(1 for a in numbers if a.v or a.e))
            e += k * sum(abs(a.v) for a in numbers)
        if any(a.g is not None for a in numbers):
            return self._with_partials(v, e, numbers)
        rows: dict[int, list[Real]] = {}
        for a in numbers:
            q = a.q
            for c, x in a.p.items():
                row = rows.get(c)
                if row is None:
                    rows[c] = [x, q[c], abs(x), 1]
                else:
                    row[0] += x
                    row[1] += q[c]
                    row[2] += abs(x)
                    row[3] += 1
        return Number(
            v,
            e,
            {c: row[0] for c, row in rows.items()},
            {c: row[1] + rounding_steps(row[3]) * row[2] for c, row in rows.items()},
        )

    def _with_partials(self, v: Real, e: Real, numbers: Sequence[Number]) -> Number:
        p, g = combined((1, a) for a in numbers)
        counts: dict[int, int] = {}
        weights: Partials = {}
        q: Partials = {}
        for a in numbers:
            for c, x in sizes(a).items():
                counts[c] = counts.get(c, 0) + 1
                weights[c] = weights.get(c, 0) + x
                q[c] = q.get(c, 0) + a.q[c]
        return Number(v, e, p, {c: q[c] + rounding_steps(counts[c]) * weights[c] for c in q}, g)
