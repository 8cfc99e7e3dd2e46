"""The second derivative along a direction: value, gradient, bounds, and none at a kink."""

from __future__ import annotations

import numpy as np
import pytest

from rankproof.conformance.oracle import Undecided
from rankproof.conformance.oracle.second_order import along
from tests.conformance.oracle.losses import case, loss

CUBES = loss("sum(x[i] * x[i] * x[i] for i in n)", gradient="3 * x[i] * x[i]")
LOOPED = loss("x[i] * x[i]", gradient="2 * x[i]", loop=True)
COUPLED = loss(
    "x[i] * x[i] * sum(x[k] for k in n)",
    gradient="x[i] * x[i] + (2 * x[i] * sum(x[k] for k in n) if i == j else 0)",
    loop=True,
    coupled=True,
)
HINGE = loss("sum(max(0, x[i]) for i in n)", gradient="1 if x[i] > 0 else 0")
X, STEP = np.array([1.0, -2.0, 0.5]), np.array([1.0, 0.5, -2.0])


def test_the_value_is_the_slope_along_the_direction():
    told = along(CUBES, case(X), {"x": STEP})

    assert told.value == pytest.approx((3 * X**2) @ STEP)
    assert told.judge_value(np.array((3 * X**2) @ STEP)).share < 1
    assert told.judge_value(np.array((3 * X**2) @ STEP * (1 + 1e-9))).share > 1


def test_the_gradient_is_the_hessian_times_the_direction():
    told = along(CUBES, case(X), {"x": STEP})

    assert told.gradient["x"].tolist() == pytest.approx((6 * X * STEP).tolist())
    assert told.judge_gradient({"x": 6 * X * STEP}).share < 1
    assert told.judge_gradient({"x": np.zeros(3)}).share > 1


def test_the_upstream_gradient_and_the_mean_scale_the_gradient():
    batch = np.stack([X, -X])
    told = along(CUBES, case(batch, reduction="mean", upstream=np.array(3.0)), {"x": np.stack([STEP, STEP])})

    assert told.gradient["x"][1].tolist() == pytest.approx((3 / 2 * 6 * -X * STEP).tolist())


def test_a_looped_formula_has_a_slope_at_each_position():
    told = along(LOOPED, case(X, reduction="none"), {"x": STEP})

    assert told.value.tolist() == pytest.approx((2 * X * STEP).tolist())
    assert told.gradient["x"].tolist() == pytest.approx((2 * STEP).tolist())


def test_padding_has_no_part_in_it():
    told = along(CUBES, case(X, mask=np.array([True, False, True])), {"x": STEP})

    assert told.value == pytest.approx(3 * 1 * 1 + 3 * 0.25 * -2)
    assert told.gradient["x"][1] == 0


def test_at_a_kink_there_is_none():
    along(HINGE, case([1.0, -1.0]), {"x": np.ones(2)})
    with pytest.raises(Undecided, match="away from kinks"):
        along(HINGE, case([0.0, -1.0]), {"x": np.ones(2)})


def test_an_upstream_gradient_of_zero_hides_no_kink():
    """The derivative by the upstream gradient is the slope itself, which a kink leaves open whatever that is."""
    with pytest.raises(Undecided, match="away from kinks"):
        along(HINGE, case([0.0, -1.0], upstream=np.array(0.0)), {"x": np.ones(2)})


def test_coupled_values_have_a_slope_each_and_one_hessian_weighed_by_the_upstream_gradient():
    upstream = np.array([2.0, -1.0, 0.5])
    told = along(COUPLED, case(X, reduction="none", upstream=upstream), {"x": STEP})
    slopes = 2 * X * STEP * X.sum() + X**2 * STEP.sum()
    hessian = 2 * upstream * (STEP * X.sum() + X * STEP.sum()) + 2 * (upstream * X) @ STEP

    assert told.value.tolist() == pytest.approx(slopes.tolist())
    assert told.gradient["x"].tolist() == pytest.approx(hessian.tolist())
