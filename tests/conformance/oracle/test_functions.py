"""Functions of numbers: values, derivatives, bounds that torch's own errors stay within, and where there are none."""

from __future__ import annotations

import math

import pytest

from rankproof.conformance.oracle import functions
from rankproof.conformance.oracle.arithmetic import Arithmetic
from rankproof.conformance.oracle.errors import VacuousBound
from rankproof.conformance.oracle.fields import FloatField, MpField
from rankproof.conformance.oracle.numbers import Number
from rankproof.conformance.specification.errors import FormulaError

U = 2.0**-24
RIGHT = {
    "exp": (math.exp, math.exp),
    "log": (math.log, lambda x: 1 / x),
    "log2": (math.log2, lambda x: 1 / (x * math.log(2))),
    "log1p": (math.log1p, lambda x: 1 / (1 + x)),
    "sqrt": (math.sqrt, lambda x: 0.5 / math.sqrt(x)),
    "sigmoid": (lambda x: 1 / (1 + math.exp(-x)), lambda x: math.exp(-x) / (1 + math.exp(-x)) ** 2),
    "softplus": (lambda x: math.log1p(math.exp(x)), lambda x: 1 / (1 + math.exp(-x))),
    "erf": (math.erf, lambda x: 2 / math.sqrt(math.pi) * math.exp(-x * x)),
}


@pytest.mark.parametrize("x", [0.25, 1.5, 4.0])
@pytest.mark.parametrize("name", functions.UNARY)
def test_a_function_has_its_value_and_its_derivative(name, x):
    ar = Arithmetic(FloatField(), U)
    found = functions.UNARY[name](ar, ar.leaf(x, 0))
    value, slope = RIGHT[name]

    assert found.v == pytest.approx(value(x), rel=1e-14)
    assert found.p[0] == pytest.approx(slope(x), rel=1e-14)
    assert found.e > 0
    assert found.q[0] > 0


def test_every_function_of_one_number_is_tried():
    assert set(RIGHT) == set(functions.UNARY)


@pytest.mark.parametrize("x", [-20.0, -1.0, 20.0])
@pytest.mark.parametrize("name", ["exp", "sigmoid", "softplus", "erf"])
def test_functions_of_all_numbers_keep_their_digits_on_both_sides(name, x):
    ar = Arithmetic(FloatField(), U)

    assert functions.UNARY[name](ar, ar.leaf(x, 0)).v == pytest.approx(RIGHT[name][0](x), rel=1e-12)


@pytest.mark.parametrize(("name", "x"), [("log", 0.0), ("log", -1.0), ("log2", 0.0), ("log1p", -1.0), ("sqrt", -1.0)])
def test_outside_its_domain_a_function_has_no_value(name, x):
    ar = Arithmetic(MpField(), U)

    with pytest.raises(FormulaError, match=name):
        functions.UNARY[name](ar, ar.label(x))


@pytest.mark.parametrize("name", ["log", "log2", "sqrt"])
def test_at_about_the_end_of_its_domain_a_function_has_no_bound(name):
    ar = Arithmetic(MpField(), U)
    product = ar.product(ar.leaf(0.3, None), ar.leaf(0.7, None))
    about = ar.plus(ar.plus(product, product, -1), ar.leaf(-1e-9, None))

    with pytest.raises(VacuousBound):
        functions.UNARY[name](ar, about)


def test_the_root_of_zero_has_a_value_and_no_derivative():
    ar = Arithmetic(MpField(), U)

    assert functions.sqrt(ar, ar.label(0.0)).v == 0
    assert math.isnan(functions.sqrt(ar, ar.leaf(0.0, 0)).p[0])
    assert functions.norm(ar, [ar.leaf(3.0, 0), ar.leaf(4.0, 1)]).p == {0: pytest.approx(0.6), 1: pytest.approx(0.8)}


def test_an_exponent_with_an_error_above_four_says_nothing():
    ar = Arithmetic(MpField(), U)

    assert functions.amplified(ar, 1e-9) == pytest.approx(1)
    assert float(functions.amplified(ar, 1.0)) == pytest.approx(math.e)
    with pytest.raises(VacuousBound, match="above 4"):
        functions.amplified(ar, 5.0)


def test_sigmoid_of_infinity_says_nothing():
    ar = Arithmetic(MpField(), U)

    with pytest.raises(VacuousBound, match="infinity"):
        functions.sigmoid(ar, ar.label(math.inf))


def test_logsumexp_weighs_its_terms():
    ar = Arithmetic(FloatField(), U)
    found = functions.logsumexp(ar, [ar.leaf(x, place) for place, x in enumerate((0.0, math.log(3), 0.0))])

    assert found.v == pytest.approx(math.log(5))
    assert found.p == {0: pytest.approx(0.2), 1: pytest.approx(0.6), 2: pytest.approx(0.2)}


@pytest.mark.parametrize("exponent", [0, 3, -2, 20, 0.5, 2.5])
def test_powers_of_numbers(exponent):
    ar = Arithmetic(FloatField(), U)
    found = functions.power(ar, ar.leaf(2.0, 0), exponent if isinstance(exponent, int) else ar.label(exponent))

    assert found.v == pytest.approx(2.0**exponent)
    assert found.p.get(0, 0) == pytest.approx(exponent * 2.0 ** (exponent - 1))


def _zero(ar: Arithmetic):
    """0 that every implementation has, and that has a partial derivative."""
    return ar.difference(ar.leaf(0.5, 0), ar.leaf(0.5, None))


def test_a_power_above_1_reaches_0_flat():
    ar = Arithmetic(FloatField(), U, certified=True)
    found = functions.power(ar, _zero(ar), ar.label(1.5))

    assert (found.v, found.e, found.p, found.q) == (0, 0, {0: 0}, {0: 0})


def test_a_power_below_1_has_a_value_at_0_and_no_derivative():
    ar = Arithmetic(MpField(), U, certified=True)
    found = functions.power(ar, _zero(ar), ar.label(0.25))

    assert found.v == 0
    assert all(bound != bound for bound in found.q.values())
    assert functions.power(ar, ar.label(0.0), ar.label(0.25)).q == {}


def test_the_first_power_of_0_is_0_with_its_derivative():
    ar = Arithmetic(FloatField(), U, certified=True)
    zero = _zero(ar)

    assert functions.power(ar, zero, ar.label(1.0)) is zero


def test_a_power_of_0_whose_exponent_may_be_1_or_less_says_nothing():
    ar = Arithmetic(MpField(), U, certified=True)

    with pytest.raises(VacuousBound, match="about 1"):
        functions.power(ar, _zero(ar), Number(1.0, 1))


@pytest.mark.parametrize("exponent", [0.0, -0.5])
def test_0_has_no_power_of_0_or_less(exponent):
    ar = Arithmetic(MpField(), U, certified=True)

    with pytest.raises(FormulaError, match="not positive"):
        functions.power(ar, _zero(ar), ar.label(exponent))
