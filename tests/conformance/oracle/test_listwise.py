"""One list evaluated: its units, what they count, the stated gradient, and what is remembered."""

from __future__ import annotations

import math

import pytest

from rankproof.conformance.oracle.errors import NeedsPrecision
from rankproof.conformance.oracle.lists import split
from rankproof.conformance.oracle.listwise import Listwise, positions, settled
from rankproof.conformance.oracle.numbers import Number
from rankproof.conformance.specification.errors import FormulaError
from tests.conformance.oracle.losses import case, loss

SQUARES = loss("sum(x[i] * x[i] for i in n)", gradient="2 * x[i]")
LOOPED = loss("x[i] * x[i]", gradient="2 * x[i]", loop=True, denominator="1 if y[i] > 0 else 0")
COUPLED = loss(
    "x[i] * sum(x[k] for k in n)",
    gradient="x[i] + (sum(x[k] for k in n) if i == j else 0)",
    loop=True,
    coupled=True,
)


def asked(lists, spec, x, y=None, dtype="float32"):
    ((_, given),) = split(spec, case(x, y))
    return lists.answer(lists.problem(spec, given, {}, dtype, False))


def test_a_formula_of_one_value_has_one_unit():
    answer = asked(Listwise(), SQUARES, [1.0, 2.0])

    assert [unit.v for unit in answer.units] == [5]
    assert [each.v for each in answer.denominators] == [1]
    assert answer.stated == ({0: 2.0, 1: 4.0},)


def test_a_looped_formula_has_a_unit_at_each_position():
    answer = asked(Listwise(), LOOPED, [1.0, 2.0], [0, 1])

    assert positions(LOOPED, answer.problem.given) == [{"i": 0}, {"i": 1}]
    assert [unit.v for unit in answer.units] == [1, 4]
    assert [each.v for each in answer.denominators] == [0, 1]
    assert answer.stated == ({0: 2.0}, {1: 4.0})


def test_each_coupled_unit_states_a_derivative_by_every_score():
    answer = asked(Listwise(), COUPLED, [1.0, 2.0])

    assert [unit.v for unit in answer.units] == [3, 6]
    assert answer.stated == ({0: 4.0, 1: 1.0}, {0: 2.0, 1: 5.0})


def test_a_nan_is_in_all_coupled_units_read_or_not():
    apart = loss("x[i]", gradient="1 if i == j else 0", loop=True, coupled=True)

    assert asked(Listwise(), COUPLED, [math.nan, 2.0]).units == (None, None)
    assert asked(Listwise(), apart, [math.nan, 2.0]).units == (None, None)


def test_what_reads_a_nan_has_no_unit_and_states_nothing():
    answer = asked(Listwise(), LOOPED, [math.nan, 2.0])

    assert answer.units[0] is None
    assert answer.units[1].v == 4
    assert math.isnan(answer.stated[0][0])
    assert asked(Listwise(), SQUARES, [math.nan, 2.0]).units == (None,)


def test_equal_lists_are_evaluated_once():
    lists = Listwise()

    assert asked(lists, SQUARES, [1.0, 2.0]) is asked(lists, SQUARES, [1.0, 2.0])
    assert asked(lists, SQUARES, [1.0, 2.0]) is not asked(lists, SQUARES, [1.0, 2.0], dtype="float64")


def test_a_denominator_that_depends_on_scores_is_refused():
    with pytest.raises(FormulaError, match="the denominator depends on scores"):
        asked(Listwise(), loss("sum(x)", denominator="x[0]"), [1.0])


def test_bounds_that_say_nothing_come_with_their_reason_and_the_number():
    # The difference of two equal products is lost in their errors, and it is divided by.
    spec = loss("1 / (x[0] * x[1] - x[1] * x[0] + y[0])")
    answer = asked(Listwise(), spec, [0.3, 0.7], [1e-9, 0])

    assert answer.vacuous
    assert answer.units[0].v == pytest.approx(1e9)


def test_numbers_that_overflowed_are_not_settled():
    with pytest.raises(NeedsPrecision, match="overflow"):
        settled(Number(math.inf, 0.0))
    with pytest.raises(NeedsPrecision, match="overflow"):
        settled(Number(1.0, 0.0, {0: 1.0}, {0: math.inf}))


def test_a_root_at_zero_is_singular():
    assert asked(Listwise(), loss("sqrt(x[0] * x[0])"), [0.0]).singular
    assert not asked(Listwise(), SQUARES, [0.0]).singular
