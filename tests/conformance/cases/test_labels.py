"""Labels: their kinds and values, and orders that name real items only."""

import numpy as np
import pytest

from rankproof.conformance.cases.labels import booleans, labels, relevance, signs, tries
from rankproof.conformance.checks.reproducible import draw_cases
from rankproof.conformance.specification.model import Role

ALLOWED = {Role.RELEVANCE: {0, 1, 2, 3, 4}, Role.SIGN: {-1, 1}, Role.BOOLEAN: {False, True}}


def drawn(strategy, count=40):
    return draw_cases(strategy, count, seed=0)


@pytest.mark.parametrize("role", ALLOWED)
@pytest.mark.parametrize("long", [False, True])
def test_labels_take_every_value_of_their_role_and_no_other(role, long):
    values = np.concatenate(drawn(labels(role, (12,), long=long)))
    quarters = {quarter / 4 for quarter in range(9)} if role is Role.RELEVANCE and not long else set()

    assert set(values.tolist()) == ALLOWED[role] | quarters


@pytest.mark.parametrize("role", ALLOWED)
@pytest.mark.parametrize("long", [False, True])
@pytest.mark.parametrize("shape", [(), (0,), (2, 3)])
def test_labels_have_the_shape_and_the_kind(role, long, shape):
    (values,) = drawn(labels(role, shape, long=long), 1)

    assert values.shape == shape
    assert values.dtype == (np.bool_ if role is Role.BOOLEAN else np.float64)


def test_relevance_is_sometimes_graded_and_sometimes_binary():
    highest = {int(values.max()) for values in drawn(relevance((8,)))}

    assert 1 in highest
    assert 4 in highest


def test_no_sign_is_zero():
    assert all(np.abs(values).min() == 1 for values in drawn(signs((8,))))


def test_some_lists_have_no_positive_and_some_have_several():
    counts = {int(values.sum()) for values in drawn(booleans((3,)))}

    assert counts == {0, 1, 2, 3}


def test_orders_name_real_items_only():
    real = np.array([False, True, False, True, True])
    orders = drawn(tries(real, 7))

    assert {order.shape for order in orders} == {(7,)}
    assert set(np.concatenate(orders).tolist()) == {1, 3, 4}


def test_some_orders_are_permutations_and_some_repeat_an_item():
    distinct = {len(set(order.tolist())) for order in drawn(tries(np.ones(4, dtype=bool), 4))}

    assert 4 in distinct
    assert min(distinct) < 4


def test_no_trial_is_an_empty_order():
    (order,) = drawn(tries(np.ones(4, dtype=bool), 0), 1)

    assert order.shape == (0,)
    assert order.dtype == np.int64


def test_an_empty_list_without_trials_has_an_empty_order():
    (order,) = drawn(tries(np.ones(0, dtype=bool), 0), 1)

    assert order.shape == (0,)
