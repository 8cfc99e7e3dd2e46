"""Products, quotients and powers: exact where every implementation is exact, bounded where they round."""

from __future__ import annotations

import pytest

from rankproof.conformance.oracle.arithmetic import LARGEST_INTEGER_BITS, Arithmetic
from rankproof.conformance.oracle.errors import NeedsPrecision, VacuousBound
from rankproof.conformance.oracle.fields import FloatField, MpField
from rankproof.conformance.specification.errors import FormulaError

U = 2.0**-24


@pytest.fixture
def ar() -> Arithmetic:
    return Arithmetic(FloatField(), U)


def test_integers_stay_integers_in_products(ar):
    assert ar.product(6, 7) == 42
    assert type(ar.product(6, 7)) is int


@pytest.mark.parametrize(("factor", "value"), [(1, 0.3), (-1, -0.3), (0, 0)])
def test_a_factor_of_zero_or_one_rounds_nothing(ar, factor, value):
    product = ar.number(ar.product(factor, ar.label(0.3)))

    assert (product.v, product.e) == (value, 0)


def test_a_product_rounds_once_and_carries_the_errors_of_its_factors(ar):
    once = ar.product(ar.label(0.3), ar.label(0.7))
    twice = ar.product(once, ar.label(0.6))

    assert once.e == pytest.approx(0.21)
    assert twice.e == pytest.approx(0.6 * once.e + 0.126)


def test_a_score_may_have_been_rounded_and_a_product_has_its_factors_as_derivatives(ar):
    product = ar.product(ar.leaf(0.3, 0), ar.leaf(0.7, 1))

    assert product.e == pytest.approx(3 * 0.21)
    assert product.p == {0: 0.7, 1: 0.3}


def test_a_power_of_two_rounds_nothing_in_a_certified_case():
    free, due = (Arithmetic(FloatField(), U, certified).product(2, _leaf(certified)).e for certified in (True, False))

    assert free == 0
    assert due > 0


def _leaf(certified):
    return Arithmetic(FloatField(), U, certified).leaf(0.3, 0)


def test_both_factors_may_depend_on_the_same_input(ar):
    square = ar.product(ar.leaf(0.3, 0), ar.leaf(0.3, 0))

    assert square.p == {0: pytest.approx(0.6)}
    assert square.q[0] > 0


def test_a_product_that_underflows_is_evaluated_with_a_wider_range(ar):
    tiny = ar.leaf(1e-200, 0)

    with pytest.raises(NeedsPrecision, match="underflows"):
        ar.product(tiny, tiny)


def test_a_reciprocal_is_computed_once(ar):
    a = ar.leaf(0.3, 0)

    assert ar.reciprocal(a) is ar.reciprocal(a)
    assert ar.reciprocal(a).v == pytest.approx(1 / 0.3)
    assert ar.reciprocal(a).p == {0: pytest.approx(-1 / 0.09)}


def test_division_by_zero_has_no_value_and_by_about_zero_no_bound():
    ar = Arithmetic(MpField(), U)
    about_zero = ar.product(ar.leaf(0.3, None), ar.leaf(0.7, None))
    about_zero = ar.plus(about_zero, about_zero, -1)

    with pytest.raises(FormulaError, match="division by 0"):
        ar.quotient(1, ar.leaf(0.0, None))
    with pytest.raises(FormulaError, match="division by 0"):
        ar.quotient(1, 0)
    with pytest.raises(VacuousBound, match="division by about 0"):
        ar.quotient(1, about_zero)


def test_an_error_of_half_the_divisor_says_nothing():
    ar = Arithmetic(MpField(), 0.4)

    with pytest.raises(VacuousBound, match="half of it or more"):
        ar.quotient(1, ar.product(ar.leaf(3.0, None), ar.product(ar.leaf(0.3, None), ar.leaf(0.7, None))))


@pytest.mark.parametrize(("a", "b", "value", "exact"), [(1, 2, 0.5, True), (6, 4, 1.5, True), (1, 3, 1 / 3, False)])
def test_a_ratio_of_integers_is_exact_where_it_is_a_short_binary_number(ar, a, b, value, exact):
    ratio = ar.quotient(a, b)

    assert ratio.v == value
    assert (ratio.e == 0) is exact


def test_division_by_one_is_no_division(ar):
    assert ar.quotient(ar.label(0.3), -1).v == -0.3
    assert ar.quotient(ar.label(0.3), -1).e == 0


def test_integer_powers_are_integers_and_negative_ones_ratios(ar):
    assert ar.integer_power(3, 4) == 81
    assert ar.integer_power(2, -2).v == 0.25


@pytest.mark.parametrize("grow", [lambda ar: ar.integer_power(3, 10**6), lambda ar: ar.product(2**3000, 2**3000)])
def test_integers_of_thousands_of_digits_are_refused(ar, grow):
    with pytest.raises(FormulaError, match=f"at most {LARGEST_INTEGER_BITS}"):
        grow(ar)
