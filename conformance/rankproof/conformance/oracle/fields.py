"""Where the oracle's arithmetic takes place: Python floats, or mpmath where floats do not suffice."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Protocol

import mpmath

from rankproof.conformance.oracle.errors import NeedsPrecision, VacuousBound
from rankproof.conformance.oracle.numbers import Real
from rankproof.conformance.specification.errors import FormulaError


class Field(Protocol):
    """The real numbers as far as a machine has them; arithmetic itself is by Python's operators."""

    slowness: int  # how many times as long as with floats an operation takes

    def exact(self, value: int | float) -> Real:
        """The value as it is."""
        ...

    def decimal(self, value: float) -> Real:
        """The decimal number that a formula's text has where Python's parser read ``value``."""
        ...

    def exp(self, x: Real) -> Real: ...

    def decay(self, x: Real) -> Real:
        """exp(-x) for x at least 0, which may underflow to 0."""
        ...

    def log(self, x: Real) -> Real: ...

    def log1p(self, x: Real) -> Real: ...

    def sqrt(self, x: Real) -> Real: ...

    def erf(self, x: Real) -> Real: ...

    def harmonic(self, n: int) -> Real: ...

    def sum(self, values: Sequence[Real]) -> Real: ...

    def floor(self, x: Real) -> int: ...

    def vacuous(self, message: str) -> Exception:
        """What to raise where a bound says nothing."""
        ...

    def undefined(self, message: str) -> Exception:
        """What to raise where the formula has no value."""
        ...

    def singular(self, message: str) -> Real:
        """A derivative that does not exist."""
        ...


class FloatField:
    """Python floats: fast, and precise enough for every format; raises NeedsPrecision out of range."""

    slowness = 1

    def exact(self, value: int | float) -> float:
        try:
            return float(value)
        except OverflowError:
            raise NeedsPrecision("integer outside the range of floats") from None

    def decimal(self, value: float) -> float:
        return value

    def exp(self, x: float) -> float:
        try:
            value = math.exp(x)
        except OverflowError:
            raise NeedsPrecision("exp overflows") from None
        if value == 0:
            raise NeedsPrecision("exp underflows")
        return value

    def decay(self, x: float) -> float:
        return math.exp(-x)

    def log(self, x: float) -> float:
        return math.log(x)

    def log1p(self, x: float) -> float:
        return math.log1p(x)

    def sqrt(self, x: float) -> float:
        return math.sqrt(x)

    def erf(self, x: float) -> float:
        return math.erf(x)

    def harmonic(self, n: int) -> float:
        if n <= 100:
            return math.fsum(1 / i for i in range(1, n + 1))
        # Euler and Maclaurin; the first term left out is below 1e-18 from n = 100 on.
        return math.log(n) + 0.5772156649015329 + 1 / (2 * n) - 1 / (12 * n**2) + 1 / (120 * n**4) - 1 / (252 * n**6)

    def sum(self, values: Sequence[float]) -> float:
        try:
            return math.fsum(values)
        except (OverflowError, ValueError):
            raise NeedsPrecision("sum overflows") from None

    def floor(self, x: float) -> int:
        try:
            return math.floor(x)
        except (OverflowError, ValueError):
            raise NeedsPrecision("floor of infinity") from None

    def vacuous(self, message: str) -> Exception:
        return NeedsPrecision(message)

    def undefined(self, message: str) -> Exception:
        return NeedsPrecision(message)

    def singular(self, message: str) -> float:
        raise NeedsPrecision(message)


class MpField:
    """mpmath at a fixed number of bits, in a context of its own; gmpy2 speeds it up where installed."""

    slowness = 20

    def __init__(self, bits: int = 200) -> None:
        self.bits = bits
        self._context = mpmath.MPContext()
        self._context.prec = bits

    def exact(self, value: int | float) -> Any:
        return self._context.mpf(value)

    def decimal(self, value: float) -> Any:
        return self._context.mpf(repr(value))

    def exp(self, x: Any) -> Any:
        if x > 1e12:
            raise FormulaError("exp of a number above 1e12: write the formula in a form that does not overflow")
        return self._context.exp(x)

    def decay(self, x: Any) -> Any:
        return self._context.exp(-min(x, 1e12))

    def log(self, x: Any) -> Any:
        return self._context.log(x)

    def log1p(self, x: Any) -> Any:
        return self._context.log1p(x)

    def sqrt(self, x: Any) -> Any:
        return self._context.sqrt(x)

    def erf(self, x: Any) -> Any:
        return self._context.erf(x)

    def harmonic(self, n: int) -> Any:
        return self._context.harmonic(n)

    def sum(self, values: Sequence[Any]) -> Any:
        return self._context.fsum(values)

    def floor(self, x: Any) -> int:
        return int(self._context.floor(x))

    def vacuous(self, message: str) -> Exception:
        return VacuousBound(message)

    def undefined(self, message: str) -> Exception:
        return FormulaError(message)

    def singular(self, message: str) -> Any:
        return self._context.nan
