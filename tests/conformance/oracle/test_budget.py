"""The verdict is at four bounds: of values one by one, of a gradient pooled over what it was summed from."""

from __future__ import annotations

import numpy as np
import pytest

from rankproof.conformance.oracle.budget import BOUNDS, gradient_budget, sum_error, value_budget
from rankproof.conformance.oracle.dtypes import format_of
from rankproof.conformance.oracle.numbers import Number

FORM = format_of("float32")


def test_a_value_may_use_its_bound_and_the_rounding_of_the_output_four_times():
    (budget,) = value_budget(np.array([3.0]), np.array([2.0]), FORM)

    assert budget == pytest.approx(BOUNDS * 5 * FORM.roundoff)


def test_even_an_exact_zero_has_the_budget_of_an_underflow():
    (budget,) = value_budget(np.array([0.0]), np.array([0.0]), FORM)

    assert budget == BOUNDS * FORM.tiny


def test_a_sum_of_exact_units_is_exact_only_in_a_certified_case():
    assert sum_error([1.0, 2.0], [0.0, 0.0], certified=True) == 0
    assert sum_error([1.0, 2.0], [0.0, 0.0], certified=False) == 3
    assert sum_error([1.0, 2.0], [0.5, 0.0], certified=True) == 0.5 + 3


def test_units_that_are_zero_do_not_round():
    assert sum_error([1.0, 0.0, 0.0], [0.0, 0.0, 0.0], certified=False) == 0


def test_components_of_one_unit_share_the_largest_bound_of_their_input():
    unit = Number(1.0, 0, {0: 1.0, 1: 0.0, 2: 5.0}, {0: 7.0, 1: 0.0, 2: 1.0})
    budget = gradient_budget([(2.0, unit)], {"x": slice(0, 2), "y": slice(2, 3)}, 3, FORM)

    assert budget.pooled[0] == budget.pooled[1] == pytest.approx(BOUNDS * 2 * (7 + 3 * 1) * FORM.roundoff)
    assert budget.pooled[2] == pytest.approx(BOUNDS * 2 * (1 + 3 * 5) * FORM.roundoff)
    assert budget.own[1] == pytest.approx(0, abs=1e-30)


def test_units_of_a_loop_pool_over_what_each_of_them_reads():
    first, second = Number(1.0, 0, {0: 1.0}, {0: 1.0}), Number(1.0, 0, {1: 100.0}, {1: 100.0})
    budget = gradient_budget([(1.0, first), (1.0, second)], {"x": slice(0, 2)}, 2, FORM)

    assert budget.pooled[1] == pytest.approx(100 * budget.pooled[0])


def test_coupled_units_share_the_largest_bound_of_their_sum():
    first, second = ({0: 1.0, 1: 0.0}, {0: 0.0, 1: 2.0})
    units = [(1.0, Number(1.0, 0, first, first)), (3.0, Number(1.0, 0, second, second))]
    budget = gradient_budget(units, {"x": slice(0, 2)}, 2, FORM, coupled=True)

    assert budget.own[1] == pytest.approx(BOUNDS * 3 * (2 + 3 * 2) * FORM.roundoff)
    assert budget.pooled[0] == budget.pooled[1] == budget.own[1]
