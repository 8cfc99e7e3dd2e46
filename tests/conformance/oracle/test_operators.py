"""Operators keep integers integers, and decide what a division leaves over."""

from __future__ import annotations

import pytest

from rankproof.conformance.oracle.arithmetic import Arithmetic
from rankproof.conformance.oracle.comparison import Site
from rankproof.conformance.oracle.errors import Undecided
from rankproof.conformance.oracle.fields import FloatField
from rankproof.conformance.oracle.operators import floor_division, negation, power, remainder, signed_sum

AR = Arithmetic(FloatField(), 2.0**-24)
SITE = Site("a // b", None)


def given(*values):
    return [(lambda f, value=value: value) for value in values]


def test_integers_stay_integers():
    assert negation(AR)(3) == -3
    assert power(AR)(2, 10) == 1024
    assert floor_division(AR, SITE)(-7, 2) == -4
    assert remainder(AR, SITE)(-7, 2) == 1


def test_numbers_stay_numbers():
    assert negation(AR)(AR.label(0.5)).v == -0.5
    assert power(AR)(AR.label(0.5), 2).v == 0.25
    assert power(AR)(2, AR.label(0.5)).v == pytest.approx(2**0.5)


@pytest.mark.parametrize(("a", "b", "whole", "rest"), [(7.5, 2, 3, 1.5), (-7.5, 2, -4, 0.5), (1.0, 0.4, 2, 0.2)])
def test_division_with_a_remainder_is_pythons(a, b, whole, rest):
    b = b if isinstance(b, int) else AR.label(b)

    assert floor_division(AR, SITE)(AR.label(a), b) == whole
    assert remainder(AR, SITE)(AR.label(a), b).v == pytest.approx(rest)


def test_a_quotient_that_may_be_on_either_side_of_an_integer_is_undecided():
    with pytest.raises(Undecided, match="a // b"):
        floor_division(AR, SITE)(AR.product(AR.label(0.3), AR.label(10.0)), AR.product(AR.label(0.1), AR.label(10.0)))


@pytest.mark.parametrize("signs", [(1, 1), (1, -1), (-1, 1), (1, -1, 1), (-1, -1, 1)])
def test_terms_are_added_with_their_signs(signs):
    values = (7, 4, 2)[: len(signs)]
    code = signed_sum(AR, list(zip(signs, given(*values), strict=True)))

    assert code([]) == sum(sign * value for sign, value in zip(signs, values, strict=True))
