"""From lists to a case: batch, reduction, denominator, upstream gradient, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rankproof.conformance.oracle import Oracle
from tests.conformance.oracle.losses import case, loss

SQUARES = loss("sum(x[i] * x[i] for i in n)")
LOOPED = loss("x[i] * x[i]", loop=True)
COUNTED = loss("sum(x[i] * x[i] for i in n)", denominator="count(y[i] > 0 for i in n)")
COUPLED = loss(
    "x[i] * sum(x[k] for k in n)",
    gradient="x[i] + (sum(x[k] for k in n) if i == j else 0)",
    loop=True,
    coupled=True,
)
BATCH = [[1.0, 2.0], [3.0, 0.0]]


def ask(spec, x, y=None, **fields):
    return Oracle().answer(spec, case(x, y, **fields))


@pytest.mark.parametrize(("reduction", "value"), [("none", [5, 9]), ("sum", 14), ("mean", 7)])
def test_lists_are_reduced(reduction, value):
    assert ask(SQUARES, BATCH, reduction=reduction).value.tolist() == value


@pytest.mark.parametrize(("reduction", "scale"), [("none", 1), ("sum", 1), ("mean", 1 / 2)])
def test_the_gradient_is_that_of_the_reduced_value(reduction, scale):
    assert ask(SQUARES, BATCH, reduction=reduction).gradient["x"].tolist() == (scale * 2 * np.array(BATCH)).tolist()


def test_a_looped_formula_has_a_value_at_each_position():
    assert ask(LOOPED, BATCH, reduction="none").value.tolist() == [[1, 4], [9, 0]]
    assert ask(LOOPED, BATCH, reduction="mean").value == 14 / 4


def test_the_gradient_of_coupled_values_is_upstream_times_their_jacobian():
    upstream = np.array([[1.0, -2.0], [0.5, 3.0]])
    jacobians = [np.outer(x, [1, 1]) + np.sum(x) * np.eye(2) for x in BATCH]
    expected = np.stack([row @ jacobian for row, jacobian in zip(upstream, jacobians, strict=True)])
    told = ask(COUPLED, BATCH, reduction="none", upstream=upstream)

    assert told.gradient["x"] == pytest.approx(expected)
    assert told.judge_convention(told.gradient).share < 1
    assert told.judge_gradient({"x": upstream * told.gradient["x"]}).share > 1


def test_a_nan_makes_all_coupled_values_of_its_list_nan_and_no_others():
    values = ask(COUPLED, [[1.0, np.nan], [3.0, 0.0]], reduction="none").value

    assert np.isnan(values).tolist() == [[True, True], [False, False]]


def test_the_mean_divides_by_what_the_spec_says():
    counted = ask(COUNTED, BATCH, [[1, 1], [0, 1]], reduction="mean")

    assert counted.value == pytest.approx(14 / 3)
    assert counted.gradient["x"][1, 0] == pytest.approx(6 / 3)


def test_a_mean_over_nothing_is_zero_with_a_gradient_of_zero():
    nothing = ask(COUNTED, BATCH, reduction="mean")

    assert nothing.value == 0
    assert nothing.gradient["x"].tolist() == [[0, 0], [0, 0]]
    assert ask(SQUARES, np.zeros((0, 2)), np.zeros((0, 2)), reduction="mean").value == 0


def test_the_upstream_gradient_scales_each_list():
    answer = ask(SQUARES, BATCH, reduction="none", upstream=np.array([0.5, -1.0]))

    assert answer.gradient["x"].tolist() == [[1, 2], [-6, 0]]


def test_a_nan_spoils_its_list_and_the_reduced_value():
    spoilt = [[np.nan, 2.0], [3.0, 0.0]]
    apart = ask(SQUARES, spoilt, reduction="none")

    assert np.isnan(apart.value).tolist() == [True, False]
    assert np.isnan(apart.gradient["x"][0]).all()
    assert apart.gradient["x"][1].tolist() == [6, 0]
    assert np.isnan(ask(SQUARES, spoilt, reduction="sum").value)


def test_a_nan_in_a_looped_formula_spoils_the_positions_that_read_it():
    answer = ask(LOOPED, [np.nan, 2.0], reduction="none")

    assert np.isnan(answer.value).tolist() == [True, False]
    assert np.isnan(answer.gradient["x"]).tolist() == [True, False]


@pytest.mark.parametrize(
    ("spec", "fields", "words"),
    [
        (SQUARES, {"reduction": "avg"}, "reduction is 'avg', expected one of none, sum, mean"),
        (SQUARES, {"reduction": "sum", "upstream": np.ones(3)}, r"upstream has shape \[3\], expected \[\]"),
    ],
)
def test_a_case_that_does_not_fit_is_refused(spec, fields, words):
    with pytest.raises(ValueError, match=words):
        ask(spec, BATCH, **fields)


@pytest.mark.parametrize(("reduction", "value"), [("none", [[1, 0], [9, 4]]), ("sum", 14), ("mean", 14 / 3)])
def test_padded_positions_are_zero_and_count_for_nothing_in_a_mean(reduction, value):
    spec = replace(LOOPED, mask="n")
    told = ask(spec, [[1.0, np.nan], [3.0, 2.0]], mask=np.array([[True, False], [True, True]]), reduction=reduction)

    assert told.value.tolist() == value
    assert told.gradient["x"][0, 1] == 0
