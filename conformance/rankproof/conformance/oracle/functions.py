"""The functions of the formula language on numbers, each with its error bound and that of its derivative.

For f(a) the bound is |f'| e_a / (1 - δ) + r, where δ = u e_a / |a|, r is f's own rounding and d the
error of the computed derivative. Saturating functions have absolute errors: relative ones would ask of
a sigmoid near 1 what no implementation gives.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from rankproof.conformance.oracle.arithmetic import Arithmetic
from rankproof.conformance.oracle.numbers import Number, Real, combined, sizes
from rankproof.conformance.oracle.sums import rounding_steps
from rankproof.conformance.specification.errors import FormulaError


def exp(ar: Arithmetic, a: Number) -> Number:
    """exp(a)."""
    v = ar.field.exp(a.v)
    spread = ar.u * a.e
    # The first-order v e_a suffices while u e_a is small; beyond, the exponential of it.
    e = v * a.e * amplified(ar, spread) + v
    return ar.chain(a, v, e, v, e)


def amplified(ar: Arithmetic, spread: Real) -> Real:
    """exp(spread), or 1 where that differs by rounding only; refused where the bound says nothing."""
    if spread < 1e-6:
        return 1 + 2 * spread
    if not spread < 4:
        raise ar.field.vacuous("the error bound of an exponent is above 4")
    return ar.field.exp(spread)


def _positive(ar: Arithmetic, a: Number, what: str) -> Real:
    if a.v <= 0:
        problem = f"{what} of a number that is not positive"
        raise ar.field.undefined(problem) if a.e == 0 else ar.field.vacuous(problem)
    return ar.relative(a.e, a.v, f"the argument of {what}")


def log(ar: Arithmetic, a: Number) -> Number:
    """The natural logarithm."""
    delta = _positive(ar, a, "log")
    v = ar.field.log(a.v)
    return ar.chain(a, v, a.e / a.v / (1 - delta) + abs(v), 1 / a.v, (a.e / a.v + 1) / a.v)


def log2(ar: Arithmetic, a: Number) -> Number:
    """log(a) / log(2), which rounds three times where it is computed so."""
    delta = _positive(ar, a, "log2")
    scale = ar.field.log(ar.field.exact(2))
    v = ar.field.log(a.v) / scale
    slope = 1 / (a.v * scale)
    return ar.chain(a, v, a.e * slope / (1 - delta) + 3 * abs(v), slope, (a.e / a.v + 3) * slope)


def log1p(ar: Arithmetic, a: Number) -> Number:
    """log(1 + a)."""
    inner = 1 + a.v
    if inner <= 0:
        problem = "log1p of a number that is not above -1"
        raise ar.field.undefined(problem) if a.e == 0 else ar.field.vacuous(problem)
    delta = ar.relative(a.e, inner, "the argument of log1p")
    v = ar.field.log1p(a.v)
    slope = 1 / inner
    return ar.chain(a, v, slope * a.e / (1 - delta) + abs(v) + 1, slope, slope * (slope * a.e + 2))


def sqrt(ar: Arithmetic, a: Number) -> Number:
    """The square root; at 0 it has a value but no derivative."""
    if a.v < 0:
        problem = "sqrt of a negative number"
        raise ar.field.undefined(problem) if a.e == 0 else ar.field.vacuous(problem)
    if a.v == 0:
        return _sqrt_of_zero(ar, a)
    delta = ar.relative(a.e, a.v, "the argument of sqrt")
    v = ar.field.sqrt(a.v)
    slope = 1 / (2 * v)
    e = slope * a.e / (1 - delta) + v
    return ar.chain(a, v, e, slope, slope * (e / v + 2))


def _sqrt_of_zero(ar: Arithmetic, a: Number) -> Number:
    """0, whose error is the root of the argument's; partial derivatives that say nothing, NaN, where there are any."""
    e = ar.field.sqrt(a.e / ar.u) if a.e else 0
    if not a.q:
        return Number(a.v, e)
    blank = dict.fromkeys(a.q, ar.field.singular("sqrt of 0 has no derivative"))
    return Number(a.v, e, blank, blank)


def _logistic(ar: Arithmetic, x: Real) -> tuple[Real, Real, Real]:
    """sigmoid(x), its derivative and 1 - 2 sigmoid(x), none of them by cancellation."""
    if x - x != 0:
        raise ar.field.vacuous("sigmoid of infinity")
    z = ar.field.decay(abs(x))
    inverse = 1 / (1 + z)
    tilt = (1 - z) * inverse
    return (inverse, z * inverse * inverse, -tilt) if x >= 0 else (z * inverse, z * inverse * inverse, tilt)


def sigmoid(ar: Arithmetic, a: Number) -> Number:
    """1 / (1 + exp(-a)), with an absolute error."""
    v, slope, tilt = _logistic(ar, a.v)
    spread = ar.u * a.e
    e = slope * a.e * _saturating(ar, spread) + 2
    if ar.u * e > 1:
        e = 1 / ar.u
    return ar.chain(a, v, e, slope, abs(tilt) * e + ar.u * e * e + 2 * slope)


def _saturating(ar: Arithmetic, spread: Real) -> Real:
    """How much larger a sigmoid's slope may be within its argument's error."""
    return 1 + 2 * spread if spread < 1e-6 else ar.field.exp(ar.field.exact(1) * min(spread, 4))


def softplus(ar: Arithmetic, a: Number) -> Number:
    """log(1 + exp(a)) in the form max(a, 0) + log1p(exp(-|a|))."""
    slope, curvature, _ = _logistic(ar, a.v)
    v = max(a.v, 0 * a.v) + ar.field.log1p(ar.field.decay(abs(a.v)))
    growth = _saturating(ar, ar.u * a.e)
    return ar.chain(a, v, slope * growth * a.e + 2 * v + 1, slope, curvature * growth * a.e + 2)


def erf(ar: Arithmetic, a: Number) -> Number:
    """The error function, with an absolute error; its second derivative is below 1 and its third below 2.3."""
    v = ar.field.erf(a.v)
    square = a.v * a.v
    slope = ar.field.decay(square) * 2 / ar.field.sqrt(4 * ar.field.exact(1) * _atan_one(ar))
    e = slope * a.e + ar.u * a.e * a.e / 2 + 2
    if ar.u * e > 2:
        e = 2 / ar.u
    d = 2 * abs(a.v) * slope * a.e + 1.2 * ar.u * a.e * a.e + (2 + 2 * square) * slope
    return ar.chain(a, v, e, slope, d)


def _atan_one(ar: Arithmetic) -> Real:
    """π / 4 to 60 digits, in the field (Machin's formula would cost more than these digits)."""
    digits = 785398163397448309615660845819875721049292349843776455243736
    return ar.field.exact(digits) / ar.field.exact(10**60)


def harmonic(ar: Arithmetic, n: int) -> Number:
    """1 + 1/2 + ... + 1/n, as a sum of rounded reciprocals."""
    v = ar.field.harmonic(n)
    return Number(v, 0 if n < 2 else v * (1 + rounding_steps(n)))


def logsumexp(ar: Arithmetic, numbers: Sequence[Number]) -> Number:
    """log(Σ exp(x_i)) by way of the largest x_i."""
    if not numbers:
        raise FormulaError("logsumexp of nothing")
    top = max(a.v for a in numbers)
    raised = [ar.field.decay(top - a.v) for a in numbers]
    total = ar.field.sum(raised)
    weights = [x / total for x in raised]
    tail = ar.field.log(total)
    v = top + tail
    growth = amplified(ar, 2 * ar.u * max(a.e for a in numbers))
    # Relative error of each weight before normalisation: of its exponent, its shift by the top, exp itself.
    errors = [growth * (a.e + (top - a.v) + 1) for a in numbers]
    mean = sum(w * e for w, e in zip(weights, errors, strict=True))
    k = rounding_steps(len(numbers))
    e = mean + k + 1 + tail + abs(v)
    # The weights may be computed out of the rounded value, as exp(x_i - v): so do torch's own.
    shared = mean + k + 3 + abs(v)
    parts = [ar.chain(a, a.v, a.e, w, w * (own + shared)) for a, w, own in zip(numbers, weights, errors, strict=True)]
    return _collect(v, e, parts)


def norm(ar: Arithmetic, numbers: Sequence[Number]) -> Number:
    """The Euclidean norm; at 0, where its gradient set is a ball, the gradient is not judged."""
    return sqrt(ar, ar.number(ar.sum([ar.product(a, a) for a in numbers])))


def _collect(v: Real, e: Real, parts: Sequence[Number]) -> Number:
    """A number whose partials are the sum of the parts' partials."""
    p, g = combined((1, part) for part in parts)
    q: dict[int, Real] = {}
    weights: dict[int, Real] = {}
    counts: dict[int, int] = {}
    for part in parts:
        for c, x in sizes(part).items():
            q[c] = q.get(c, 0) + part.q[c]
            weights[c] = weights.get(c, 0) + x
            counts[c] = counts.get(c, 0) + 1
    return Number(v, e, p, {c: q[c] + rounding_steps(counts[c]) * weights[c] for c in q}, g)


def power(ar: Arithmetic, base: Number, exponent: Number | int) -> Number:
    """base ** exponent: products for small integers, else exp(exponent log(base))."""
    if isinstance(exponent, int):
        if exponent < 0:
            return ar.reciprocal(power(ar, base, -exponent))
        if exponent <= 16:
            result: Number | int = 1
            for _ in range(exponent):
                result = ar.product(base, result)
            return ar.number(result)
        exponent = ar.integer(exponent)
    if exponent.e == 0 and exponent.v == 0.5 and not exponent.q:
        return sqrt(ar, base)
    if base.v == 0 and base.e == 0 and exponent.v > 0 and not exponent.q:
        return _power_of_zero(ar, base, exponent)
    return exp(ar, ar.number(ar.product(exponent, log(ar, base))))


def _power_of_zero(ar: Arithmetic, base: Number, exponent: Number) -> Number:
    """0, which a power above 1 reaches flat; a smaller one has no derivative there."""
    if not base.q:
        return Number(base.v, 0)
    excess = exponent.v - 1
    if excess > ar.u * exponent.e:
        return ar.chain(base, base.v, 0, 0 * base.v, 0)
    if excess == 0 and exponent.e == 0:
        return base
    if excess >= -ar.u * exponent.e:
        raise ar.field.vacuous("0 to a power of about 1")
    blank = dict.fromkeys(base.q, ar.field.singular("a power below 1 has no derivative at 0"))
    return Number(base.v, 0, blank, blank)


UNARY: Mapping[str, Callable[[Arithmetic, Number], Number]] = {
    "exp": exp,
    "log": log,
    "log2": log2,
    "log1p": log1p,
    "sqrt": sqrt,
    "sigmoid": sigmoid,
    "softplus": softplus,
    "erf": erf,
}
