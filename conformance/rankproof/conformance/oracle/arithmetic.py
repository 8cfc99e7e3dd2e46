"""Products and quotients of numbers, with the growth of their error bounds.

A factor of 0 or ±1 rounds nothing; in certified cases neither does an exact power of two.
"""

from __future__ import annotations

import math
from typing import Any

from rankproof.conformance.oracle.numbers import Number, Real, combined, sizes
from rankproof.conformance.oracle.sums import EXACT_BITS, Sums, significant_bits
from rankproof.conformance.specification.errors import FormulaError

LARGEST_INTEGER_BITS = 4096


class Arithmetic(Sums):
    """Arithmetic in a field, for subjects of roundoff ``u``."""

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
            q = a.q
            partials, bounds = {}, {}
            for c, x in a.p.items():  # most often one or two: a loop is quicker than two comprehensions
                partials[c] = slope * x
                bounds[c] = carried * q[c] + made * abs(x)
            return Number(v, e, partials, bounds)
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
        return self.constant(v, EXACT_BITS + 1 if abs(b).bit_count() > 1 else significant_bits(a))

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
