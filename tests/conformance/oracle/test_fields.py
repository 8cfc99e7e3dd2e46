"""Floats where they suffice, and more digits where they do not: the two agree, and know their limits."""

from __future__ import annotations

import math

import pytest

from rankproof.conformance.oracle.errors import NeedsPrecision, VacuousBound
from rankproof.conformance.oracle.fields import FloatField, MpField
from rankproof.conformance.specification.errors import FormulaError

FLOATS, MORE = FloatField(), MpField()


@pytest.mark.parametrize("x", [0.001, 0.5, 1.0, 7.25, 300.0])
@pytest.mark.parametrize("name", ["exact", "exp", "decay", "log", "log1p", "sqrt", "erf"])
def test_the_fields_agree(name, x):
    assert float(getattr(MORE, name)(MORE.exact(x))) == pytest.approx(getattr(FLOATS, name)(x), rel=1e-14)


@pytest.mark.parametrize("n", [1, 2, 99, 100, 101, 1000])
def test_harmonic_numbers_agree(n):
    assert float(MORE.harmonic(n)) == pytest.approx(FLOATS.harmonic(n), rel=1e-15)


def test_sums_and_floors_agree():
    assert float(MORE.sum([MORE.exact(0.1)] * 10)) == FLOATS.sum([0.1] * 10)
    assert MORE.floor(MORE.exact(-1.5)) == FLOATS.floor(-1.5) == -2


def test_a_decimal_is_what_its_text_says_where_there_are_digits():
    assert MORE.decimal(0.1) != MORE.exact(0.1)
    assert float(MORE.decimal(0.1)) == FLOATS.decimal(0.1)


@pytest.mark.parametrize(
    "leave",
    [
        lambda: FLOATS.exact(10**400),
        lambda: FLOATS.exp(1000.0),
        lambda: FLOATS.exp(-1000.0),
        lambda: FLOATS.sum([1e308, 1e308]),
        lambda: FLOATS.sum([math.inf, -math.inf]),
        lambda: FLOATS.floor(math.inf),
        lambda: FLOATS.singular("sqrt of 0"),
    ],
)
def test_floats_ask_for_more_precision_out_of_their_range(leave):
    with pytest.raises(NeedsPrecision):
        leave()


def test_floats_leave_the_last_word_to_more_digits():
    assert isinstance(FLOATS.vacuous("wide"), NeedsPrecision)
    assert isinstance(FLOATS.undefined("log of 0"), NeedsPrecision)
    assert isinstance(MORE.vacuous("wide"), VacuousBound)
    assert isinstance(MORE.undefined("log of 0"), FormulaError)


def test_more_digits_have_a_wider_range_but_no_endless_one():
    assert MORE.exp(MORE.exact(1000)) > 10**400
    assert MORE.decay(MORE.exact(10**15)) >= 0
    assert math.isnan(MORE.singular("sqrt of 0"))
    with pytest.raises(FormulaError, match="above 1e12"):
        MORE.exp(MORE.exact(10**13))
