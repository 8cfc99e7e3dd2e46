"""Batches, padding, reduction and the upstream gradient of the references."""

from __future__ import annotations

import numpy as np
import pytest

from rankproof.reference.batching import pull_back, reduce_values
from tests.calls import LOSSES, SCORES, random_calls, reference, reference_gradient


@pytest.mark.parametrize("loss", LOSSES)
def test_a_batch_equals_its_lists(loss):
    for call in random_calls(loss, seed=3):
        arguments = call.for_numpy() | {"reduction": "none"}
        arrays = {name: value for name, value in arguments.items() if isinstance(value, np.ndarray)}
        lists = len(arrays[SCORES[loss][0]])
        alone = [reference(loss)(**(arguments | {n: a[i] for n, a in arrays.items()})) for i in range(lists)]

        np.testing.assert_array_equal(reference(loss)(**arguments), alone)


@pytest.mark.parametrize("loss", ["pairwise_hinge", "approx_ndcg"])
def test_a_padded_list_equals_the_list_of_its_real_items(loss):
    for call in random_calls(loss, seed=4):
        if call.mask is None:
            continue
        arguments = call.for_numpy() | {"reduction": "none"}
        del arguments["mask"]
        alone = [
            reference(loss)(**(arguments | {name: array[i][real] for name, array in call.inputs.items()}))
            for i, real in enumerate(call.mask)
        ]

        np.testing.assert_array_equal(reference(loss)(**call.for_numpy() | {"reduction": "none"}), alone)


def test_a_mean_divides_by_the_denominators_unless_they_are_zero():
    values = np.array([2.0, 4.0])

    assert reduce_values(values, np.array([1.0, 3.0]), "mean") == 1.5
    assert reduce_values(values * 0, np.zeros(2), "mean") == 0.0
    assert reduce_values(np.zeros(0), np.zeros(0), "mean") == 0.0


def test_upstream_gradients_scale_the_units():
    values, ones = np.array([2.0, 4.0]), np.ones(2)

    np.testing.assert_array_equal(pull_back(values, ones, "none", [3.0, -1.0]), [3, -1])
    np.testing.assert_array_equal(pull_back(values, ones, "mean", 3.0), [1.5, 1.5])
    np.testing.assert_array_equal(pull_back(values, ones, "sum", None), [1, 1])


def test_an_upstream_gradient_of_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"^upstream: got shape \(3,\), expected \(2,\)"):
        pull_back(np.zeros(2), np.ones(2), "none", np.ones(3))


def test_an_unknown_reduction_is_refused():
    with pytest.raises(ValueError, match=r"^reduction: got 'average'"):
        reference_gradient("pairwise_hinge")([1.0], [1.0], reduction="average")
