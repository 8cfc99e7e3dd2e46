"""Loops give their members one by one, count them, and take conditions for conditions only."""

from __future__ import annotations

import pytest

from rankproof.conformance.oracle.frames import Run
from rankproof.conformance.oracle.loops import loop, members_of, single, truth
from rankproof.conformance.specification.errors import BudgetExceeded, FormulaError


def frame(steps=100):
    return [*Run([], 0, steps).template, None, None]


def test_members_are_those_that_pass_the_tests():
    odd = loop(lambda f: (1, 2, 3), 1, [lambda f: f[1] % 2 == 1], single(lambda f: f[1] * 10))

    assert list(odd(frame())) == [10, 30]


def test_loops_nest_from_the_left():
    inner = loop(lambda f: range(f[1]), 2, [], single(lambda f: (f[1], f[2])))
    outer = loop(lambda f: (1, 2), 1, [], inner)

    assert list(outer(frame())) == [(1, 0), (2, 0), (2, 1)]


@pytest.mark.parametrize("value", [1, 0, None, "all", (1,)])
def test_what_is_no_truth_value_is_no_condition(value):
    with pytest.raises(FormulaError, match="where a condition is expected"):
        truth(value)


def test_truth_values_are_taken_as_they_are():
    assert truth(True) is True
    assert truth(False) is False


def test_every_member_is_a_step():
    with pytest.raises(BudgetExceeded):
        members_of(lambda f: range(200))(frame())
    assert members_of(lambda f: range(3))(frame()) == range(3)


def test_what_is_no_list_has_no_members():
    with pytest.raises(FormulaError, match="a choice where a list is expected"):
        members_of(lambda f: "all")(frame())
