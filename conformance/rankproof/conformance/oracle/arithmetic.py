"""Sums, products and quotients of numbers, with the growth of their error bounds.

The rules hold for every order of evaluation: a sum of m terms rounds by k times the sum of their
absolute values, with k = min(m - 1, 2 ceil(sqrt m)). A factor of 0 or ±1 rounds nothing. In certified
cases every sum of exact terms is exact, and so is a product with an exact power of two.
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

LARGEST_INTEGER_BITS = 4096


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


class Arithmetic:
    """Arithmetic in a field, for subjects of roundoff ``u``."""

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
            known = self._constant(self.field.exact(value), significant_bits(value))
            if len(self._integers) < 4096:
                self._integers[value] = known
        return known

    def decimal(self, value: float) -> Number:
        """A decimal constant of a formula's text."""
        return self._constant(self.field.decimal(value), significant_bits(value))

    def _constant(self, value: Real, bits: int) -> Number:
        return Number(value, abs(value) if bits > 8 else 0)

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

    def product(self, a: Any, b: Any) -> Any:
        """a * b of integers or numbers."""
        if type(a) is int:
            if type(b) is int:
                return self._bounded(a * b)
            a, b = b, a
        if type(b) is int:
            if b == 1:
                return self.number(a)
            if b == -1:
                return self.negative(self.number(a))
            if b == 0:
                self.number(a)
                return 0
        return self._product(self.number(a), self.number(b))

    def _product(self, a: Number, b: Number) -> Number:
        if a.p or a.g is not None:
            if b.p or b.g is not None:
                return self._bilinear(a, b)
        else:
            a, b = b, a
        # From here on only ``a`` has partial derivatives.
        v, e, rounds = self._product_value(a, b)
        return self._linear(a, v, e, b.v, abs(b.v) + self.u * b.e, b.e + (abs(b.v) if rounds else 0))

    def _product_value(self, a: Number, b: Number) -> tuple[Real, Real, bool]:
        v = a.v * b.v
        size_a, size_b = abs(a.v), abs(b.v)
        e = size_a * b.e + size_b * a.e + self.u * a.e * b.e
        rounds = not (self._free(b) or self._free(a))
        if rounds:
            e += abs(v)
            if v == 0 and a.v and b.v:
                raise self.field.vacuous("product underflows")
        return v, e, rounds

    def _free(self, a: Number) -> bool:
        """Whether multiplying by ``a`` rounds nothing."""
        if a.e:
            return False
        if a.v == 0 or abs(a.v) == 1:
            return True
        return self.certified and abs(math.frexp(float(a.v))[0]) == 0.5

    def _bilinear(self, a: Number, b: Number) -> Number:
        v, e, _ = self._product_value(a, b)
        p, g = combined([(b.v, a), (a.v, b)])
        left = self._linear(a, v, e, b.v, abs(b.v) + self.u * b.e, b.e + abs(b.v))
        right = self._linear(b, v, e, a.v, abs(a.v) + self.u * a.e, a.e + abs(a.v))
        q = dict(left.q)
        left_sizes, right_sizes = sizes(left), sizes(right)
        for c, x in right.q.items():
            # Where both factors depend on a component, the two halves of its derivative are added.
            q[c] = q[c] + x + left_sizes.get(c, 0) + right_sizes.get(c, 0) if c in q else x
        return Number(v, e, p, q, g)

    def _linear(self, a: Number, v: Real, e: Real, slope: Real, carried: Real, made: Real) -> Number:
        """A number whose partials are ``slope`` times those of ``a``; q = carried * q_a + made * |p_a|."""
        if a.g is None:
            p, q = a.p, a.q
            if not p:
                return Number(v, e)
            return Number(
                v, e, {c: slope * x for c, x in p.items()}, {c: carried * q[c] + made * abs(x) for c, x in p.items()}
            )
        partials, generators = combined([(slope, a)])
        bounds = {c: carried * a.q[c] + made * x for c, x in sizes(a).items()}
        return Number(v, e, partials, bounds, generators)

    def chain(self, a: Number, v: Real, e: Real, slope: Real, d: Real) -> Number:
        """f(a) = v with error e, where f'(a) = slope is computed with error d."""
        size = abs(slope)
        return self._linear(a, v, e, slope, size + self.u * d, d + size)

    def reciprocal(self, a: Number) -> Number:
        """1 / a, computed once for each number."""
        if a.inverse is None:
            a.inverse = self._reciprocal(a)
        return a.inverse

    def _reciprocal(self, a: Number) -> Number:
        if a.v == 0:
            raise self.field.undefined("division by 0") if a.e == 0 else self.field.vacuous("division by about 0")
        v = 1 / a.v
        size = abs(v)
        relative = self.relative(a.e, a.v, "a divisor")
        e = 0 if self._free(a) else size * size * a.e / (1 - relative) + size
        return self.chain(a, v, e, -v * v, 2 * size**3 * a.e + 2 * size * size)

    def relative(self, e: Real, v: Real, what: str) -> Real:
        """The relative error u e / |v|, refused from 1/2 on."""
        delta = self.u * e / abs(v)
        if not delta < 0.5:
            raise self.field.vacuous(f"the error bound of {what} is half of it or more")
        return delta

    def quotient(self, a: Any, b: Any) -> Number:
        """a / b."""
        if type(a) is int and type(b) is int:
            return self._ratio(a, b)
        if type(b) is int and b in (1, -1):
            return self.number(self.product(a, b))
        numerator = self.number(a)
        divisor = self.reciprocal(self.number(b))
        return self._product(numerator, divisor) if type(a) is not int or a != 1 else divisor

    def _ratio(self, a: int, b: int) -> Number:
        if b == 0:
            raise self.field.undefined("division by 0")
        shared = math.gcd(a, b)
        a, b = a // shared, b // shared
        v = self.field.exact(a) / self.field.exact(b)
        return self._constant(v, 9 if abs(b).bit_count() > 1 else significant_bits(a))

    def _bounded(self, value: int) -> int:
        if value.bit_length() > LARGEST_INTEGER_BITS:
            raise FormulaError(f"an integer of {value.bit_length()} bits, expected at most {LARGEST_INTEGER_BITS}")
        return value

    def integer_power(self, base: int, exponent: int) -> Any:
        """base ** exponent: an integer, or a number for a negative exponent."""
        if exponent < 0:
            return self.quotient(1, self.integer_power(base, -exponent))
        if abs(base) > 1 and exponent * base.bit_length() > LARGEST_INTEGER_BITS + base.bit_length():
            raise FormulaError(f"{base}**{exponent} has too many digits, expected at most {LARGEST_INTEGER_BITS} bits")
        return self._bounded(base**exponent)
