"""Whether a condition holds somewhere in a case, at a place, and how large a quantity is there."""

from __future__ import annotations

import pytest

from rankproof.conformance.oracle import Undecided, holds, holds_at, number_at
from rankproof.conformance.specification.errors import FormulaError
from tests.conformance.oracle.losses import case, expression, loss

SPEC = loss("sum(x)")
EQUAL = expression("i != j and x[i] == x[j]")


@pytest.mark.parametrize(("x", "truth"), [([1.0, 2.0, 1.0], True), ([1.0, 2.0, 3.0], False)])
def test_a_condition_holds_where_one_assignment_makes_it_true(x, truth):
    assert holds(SPEC, case(x), EQUAL, ("i", "j")) is truth


def test_one_list_of_a_batch_is_enough():
    assert holds(SPEC, case([[1.0, 2.0], [3.0, 3.0]]), EQUAL, ("i", "j"))


def test_a_condition_is_asked_at_a_place():
    assert holds_at(SPEC, case([1.0, 2.0, 1.0]), EQUAL, {"i": 0, "j": 2})
    assert not holds_at(SPEC, case([1.0, 2.0, 1.0]), EQUAL, {"i": 0, "j": 1})


def test_a_quantity_comes_with_its_error_bound():
    number = number_at(SPEC, case([0.3, 0.7]), expression("x[i] * x[1 - i]"), {"i": 0})

    assert number.v == pytest.approx(0.21)
    assert number.e == pytest.approx(3 * 0.21)  # of both scores and of the product
    assert number.p == {0: 0.7, 1: 0.3}


def test_what_lies_within_the_bounds_is_undecided_unless_another_place_decides():
    close = expression("x[i] * x[i] == 0.09")

    with pytest.raises(Undecided):
        holds(SPEC, case([0.3, 5.0]), close, ("i",))
    assert holds(SPEC, case([0.3, 5.0]), expression("x[i] * x[i] == 0.09 or i == 1"), ("i",))


def test_a_number_is_no_condition():
    with pytest.raises(FormulaError, match=r"`x\[i\]` is no condition"):
        holds(SPEC, case([1.0]), expression("x[i]"), ("i",))
