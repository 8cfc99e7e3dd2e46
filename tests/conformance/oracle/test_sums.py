"""Constants, inputs and sums: what is exact, and how a sum of many terms may be rounded in any order."""

from __future__ import annotations

import numpy as np
import pytest

from rankproof.conformance.oracle.errors import NanRead
from rankproof.conformance.oracle.fields import FloatField
from rankproof.conformance.oracle.numbers import NotANumber
from rankproof.conformance.oracle.sums import EXACT_BITS, Sums, rounding_steps, shown, significant_bits
from rankproof.conformance.specification.errors import FormulaError

ROUNDING, CERTIFIED = Sums(FloatField(), 2.0**-24), Sums(FloatField(), 2.0**-24, certified=True)


@pytest.mark.parametrize(("terms", "steps"), [(0, 0), (1, 0), (2, 1), (5, 4), (16, 8), (100, 20), (10000, 200)])
def test_a_sum_is_rounded_at_every_step_but_signs_cancel_in_long_ones(terms, steps):
    assert rounding_steps(terms) == steps


@pytest.mark.parametrize(("value", "bits"), [(0, 0), (1, 1), (1024, 1), (5, 3), (0.75, 2), (255, 8), (257, 9)])
def test_the_significant_bits_of_a_number(value, bits):
    assert significant_bits(value) == bits


def test_short_integers_are_exact_and_long_ones_rounded():
    assert ROUNDING.integer(2**EXACT_BITS - 1).e == 0
    assert ROUNDING.integer(2**EXACT_BITS + 1).e > 0
    assert ROUNDING.integer(7) is ROUNDING.integer(7)


def test_a_decimal_is_exact_where_it_is_a_short_binary_number():
    assert ROUNDING.number(ROUNDING.decimal(0.25)).e == 0
    assert ROUNDING.number(ROUNDING.decimal(0.1)).e > 0


def test_sums_of_integers_are_integers():
    assert ROUNDING.sum([1, 2, 3]) == 6
    assert ROUNDING.sum([]) == 0
    assert ROUNDING.difference(5, 7) == -2


def test_a_sum_rounds_by_its_terms_and_not_by_its_value():
    terms = [ROUNDING.label(value) for value in (1e6, 0.3, -1e6)]
    total = ROUNDING.sum(terms)

    assert total.v == pytest.approx(0.3)
    assert total.e == pytest.approx(2 * (2e6 + 0.3))
    assert CERTIFIED.sum([CERTIFIED.label(value) for value in (1e6, 0.3, -1e6)]).e == 0


def test_a_real_sum_in_float32_stays_within_the_bound():
    values = np.random.default_rng(0).normal(size=64).astype(np.float32)
    bound = ROUNDING.sum([ROUNDING.label(float(value)) for value in values])

    for order in (values, values[::-1], np.sort(values)):
        total = np.float32(0)
        for value in order:
            total += value
        assert abs(float(total) - bound.v) <= bound.e * ROUNDING.u


def test_a_term_of_zero_is_not_rounded():
    assert ROUNDING.plus(ROUNDING.label(0.3), ROUNDING.label(0.0)).e == 0
    assert ROUNDING.difference(ROUNDING.label(0.3), 0).e == 0


def test_derivatives_of_a_sum_add_up():
    a, b = ROUNDING.leaf(1.0, 0), ROUNDING.leaf(2.0, 1)

    assert ROUNDING.difference(a, b).p == {0: 1, 1: -1}
    assert ROUNDING.sum([a, b, a]).p == {0: 2, 1: 1}
    assert ROUNDING.negative(a).p == {0: -1}


@pytest.mark.parametrize(
    ("value", "words"),
    [(True, "a truth value"), (None, "null"), ("all", "a choice"), ((1, 2), "a list"), (range(3), "a list"), (7, "7")],
)
def test_a_value_is_shown_as_what_it_is(value, words):
    assert shown(value) == words


def test_what_is_no_number_is_refused_and_a_nan_is_told():
    with pytest.raises(FormulaError, match="a choice where a number is expected"):
        ROUNDING.number("all")
    with pytest.raises(NanRead):
        ROUNDING.number(NotANumber())
