"""How far a subject's numbers are from the oracle's, in budgets, and what cannot be judged."""

from __future__ import annotations

import numpy as np
import pytest

from rankproof.conformance.oracle import Oracle
from tests.conformance.oracle.losses import case, loss

HINGE = loss(
    "sum(max(0, 1 - x[i]) for i in n)",
    gradient="-1 if x[i] < 1 else 0",
)


def answer(x, **fields):
    return Oracle().answer(HINGE, case(x, dtype="float32", **fields))


def test_the_right_value_has_a_share_below_one_and_a_wrong_one_above():
    right = answer([0.25, 0.5])

    assert right.judge_value(np.array(1.25)).share == 0
    assert 0 < right.judge_value(np.array(np.float32(1.25) + 2.0**-23)).share < 1
    assert right.judge_value(np.array(1.26)).share > 1000
    assert right.judge_value(np.array(1.25)).judged


@pytest.mark.parametrize("got", [np.nan, np.inf, [1.25]])
def test_nan_infinity_and_another_shape_are_infinitely_far(got):
    assert answer([0.25, 0.5]).judge_value(np.array(got)).share == np.inf


def test_nan_is_right_where_it_is_due_and_nothing_else_is():
    due = answer([np.nan, 0.5])

    assert due.judge_value(np.array(np.nan)).share == 0
    assert due.judge_value(np.array(0.5)).share == np.inf
    assert not due.judge_gradient({"x": np.array([7.0, 7.0])}).judged


def test_infinity_is_right_where_the_format_ends():
    huge = Oracle().answer(loss("sum(x[i] * x[i] for i in n)"), case([60000.0], dtype="float16"))

    assert huge.judge_value(np.array(np.inf)).share == 0
    assert huge.judge_value(np.array(-np.inf)).share == np.inf


def test_a_gradient_is_judged_input_by_input():
    right = answer([0.25, 2.0])

    assert right.judge_gradient({"x": np.array([-1.0, 0.0])}).share == 0
    assert right.judge_gradient({"x": np.array([-1.0, 0.1])}).share > 1
    assert right.judge_gradient({"x": np.array([[-1.0, 0.0]])}).share == np.inf
    assert right.judge_gradient({}).share == 0


def test_at_a_kink_every_member_is_right_and_one_is_the_convention():
    kink = answer([1.0, 0.5])

    assert kink.at_kink
    for member in (0.0, -0.5, -1.0):
        assert kink.judge_gradient({"x": np.array([member, -1.0])}).share < 1
    assert kink.judge_gradient({"x": np.array([0.5, -1.0])}).share > 1
    assert kink.judge_convention({"x": np.array([0.0, -1.0])}).share == 0
    assert kink.judge_convention({"x": np.array([-1.0, -1.0])}).share > 1
    assert kink.gradient["x"].tolist() == [0, -1]


def test_padding_has_a_gradient_of_exactly_zero():
    padded = answer([0.25, 9.0], mask=np.array([True, False]))

    assert padded.value == 0.75
    assert padded.judge_gradient({"x": np.array([-1.0, 0.0])}).share == 0
    assert padded.judge_gradient({"x": np.array([-1.0, 1e-30])}).share == np.inf


def test_the_expected_numbers_lie_where_those_of_the_subject_do():
    told = answer([[0.25, 2.0], [3.0, 0.5]]).judge_gradient({"x": np.array([[-1.0, 0.0], [0.0, -1.0]])})

    assert told.expected["x"].tolist() == [[-1, 0], [0, -1]]
    assert told.budget["x"].shape == (2, 2)
    assert (told.budget["x"] > 0).all()


def test_a_root_at_zero_has_a_gradient_that_is_not_judged():
    root = Oracle().answer(loss("sqrt(x[0] * x[0])"), case([0.0], dtype="float32"))
    told = root.judge_gradient({"x": np.array([123.0])})

    assert not told.judged
    assert "root or a norm at 0" in told.reason
    assert root.judge_gradient({"x": np.array([np.nan])}).share == np.inf
