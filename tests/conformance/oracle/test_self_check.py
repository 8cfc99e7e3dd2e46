"""A spec that contradicts itself is told where, at what point, and with both numbers."""

from __future__ import annotations

import numpy as np
import pytest

from rankproof.conformance.cases.case import Case
from rankproof.conformance.cases.sized import sized
from rankproof.conformance.oracle import agreement
from rankproof.conformance.specification import builtin_ids, load_builtin
from rankproof.conformance.specification.model import LossSpec
from tests.conformance.oracle.losses import case, loss

RIGHT = "sum(softplus(x[i] - x[j]) for i in n for j in n if y[i] < y[j])"
SLOPE = "sum(sigmoid(x[i] - x[j]) for j in n if y[i] < y[j]) - sum(sigmoid(x[j] - x[i]) for j in n if y[j] < y[i])"


def point(spec: LossSpec, index: int) -> Case:
    """Two lists of scores of the size that training sees or wide ones, some of them tied."""
    size = min(spec.most_along(axis, 5) for axis in spec.axes)
    asked = {"reduction": spec.reduction.default, "dtype": "float64", "family": "given"}
    drawn = sized(spec, tuple(spec.inputs), (2, size), spec.defaults(), seed=index, **asked)
    scores = {name: drawn.inputs[name] * [1, 30][index % 2] for name in spec.score_inputs}
    if index % 3 == 0:
        scores = {name: np.round(array) for name, array in scores.items()}
    return drawn.with_(inputs={**drawn.inputs, **scores})


@pytest.mark.parametrize("name", builtin_ids())
def test_the_built_in_specs_agree_with_themselves(name: str) -> None:
    spec = load_builtin(name)
    for index in range(6):
        told = agreement(spec, point(spec, index))

        assert told.stated <= 1
        assert told.contradictions == ()


def test_a_right_gradient_agrees_to_thirty_digits() -> None:
    told = agreement(loss(RIGHT, gradient=SLOPE), case([0.5, -2.0, 400.0], [1, 0, 2]))

    assert told.stated < 1e-3
    assert not told.at_kink


@pytest.mark.parametrize(
    "wrong", [SLOPE + " + 1e-20", "-(" + SLOPE + ")", SLOPE.replace("y[j] < y[i]", "y[j] <= y[i]")]
)
def test_a_wrong_gradient_is_located(wrong: str) -> None:
    told = agreement(loss(RIGHT, gradient=wrong), case([0.5, -2.0, 1.0], [1, 0, 2]))

    first = told.contradictions[0]
    assert told.stated > 1
    assert str(first.location) == "small.yaml:7 (gradient.x[i])"
    assert first.entry == "x[0]"
    assert first.point["x"] == [0.5, -2.0, 1.0]
    assert str(first).startswith("small.yaml:7 (gradient.x[i]): stated gradient of x[0] is ")


@pytest.mark.parametrize(
    ("stated", "agrees"), [("0", True), ("1", True), ("0.5", True), ("1.001", False), ("-1", False)]
)
def test_at_a_kink_the_stated_gradient_is_a_member(stated: str, agrees: bool) -> None:
    told = agreement(loss("sum(max(0, x[i] - 0.1) for i in n)", gradient=stated), case([0.1]))
    tied = agreement(loss("sum(max(0, x[i] - 1) for i in n)", gradient=stated), case([1.0]))

    # The decimal 0.1 is not the float 0.1, which lies above it.
    assert not told.at_kink
    assert tied.at_kink
    assert (tied.contradictions == ()) is agrees


def test_each_unit_of_a_loop_has_its_own_gradient() -> None:
    spec = loss("x[i]**2", gradient="2 * x[i]", loop=True)
    coupled = loss("x[i] * x[0]", gradient="x[0]", loop=True)

    assert agreement(spec, case([[1.0, 2.0], [3.0, 4.0]])).contradictions == ()
    # The first score is in every unit, which the rule for x[i] does not say.
    assert [each.entry for each in agreement(coupled, case([1.0, 2.0])).contradictions] == ["x[0]", "x[0]"]


@pytest.mark.parametrize(("gradient", "agrees"), [("x[i] + (x[0] if j == i else 0)", False), ("COUPLED", True)])
def test_every_derivative_of_a_coupled_unit_is_held_against_the_formula(gradient: str, agrees: bool) -> None:
    right = "x[i] + (sum(x[k] for k in n) if i == j else 0)"
    spec = loss("x[i] * sum(x[k] for k in n)", gradient=gradient.replace("COUPLED", right), loop=True, coupled=True)

    assert (agreement(spec, case([[1.0, 2.0], [3.0, 4.0]])).contradictions == ()) is agrees


def test_a_reference_is_held_to_the_float64_budget() -> None:
    spec = loss("sum(x[i]**2 for i in n)", gradient="2 * x[i]")
    given = case([1.0, 2.0])
    right = agreement(spec, given, lambda c: (np.sum(c.inputs["x"] ** 2), {"x": 2 * c.inputs["x"]}))
    wrong = agreement(spec, given, lambda c: (np.asarray(5.0 + 1e-12), {"x": c.inputs["x"]}))

    assert right.contradictions == ()
    assert (right.reference_value or 0) <= 1
    assert (right.reference_gradient or 0) <= 1
    assert [each.quantity for each in wrong.contradictions] == ["reference value", "reference gradient"]
    assert wrong.contradictions[1].entry == "x[1]"
    assert (wrong.contradictions[1].got, wrong.contradictions[1].formula) == (2, 4)


def test_a_reference_that_is_not_a_number_or_of_another_shape_contradicts() -> None:
    spec = loss("sum(x[i]**2 for i in n)", gradient="2 * x[i]")

    for bad in (np.nan, np.zeros(2)):
        told = agreement(spec, case([1.0, 2.0]), lambda c, bad=bad: (np.asarray(bad), {"x": 2 * c.inputs["x"]}))

        assert [each.quantity for each in told.contradictions] == ["reference value"]


def test_without_a_reference_none_is_judged() -> None:
    told = agreement(loss("x[0]", gradient="1 if i == 0 else 0"), case([1.0, 2.0]))

    assert (told.reference_value, told.reference_gradient) == (None, None)


def test_where_there_is_no_gradient_none_is_held_against_it() -> None:
    told = agreement(loss("norm(x[i] for i in n)", gradient="x[i] / norm(x[j] for j in n)"), case([0.0, 0.0]))

    assert told.contradictions == ()
