"""The hand-derived gradients are the derivatives of the values."""

from __future__ import annotations

import numpy as np
import pytest

from tests.calls import LOSSES, MASKED, SCORES, Call, random_calls, reference, reference_gradient

STEP = 1e-6


def numerical_gradient(loss: str, call: Call, name: str, upstream: np.ndarray) -> np.ndarray:
    """Central differences of the value, pulled back."""
    gradient = np.zeros(call.inputs[name].shape)
    for place in np.ndindex(gradient.shape):
        ends = []
        for step in (STEP, -STEP):
            moved = np.array(call.inputs[name])
            moved[place] += step
            ends.append(np.sum(upstream * reference(loss)(**(call.for_numpy() | {name: moved}))))
        gradient[place] = (ends[0] - ends[1]) / (2 * STEP)
    return gradient


@pytest.mark.parametrize("loss", LOSSES)
def test_gradient_is_the_derivative_of_the_value_for_every_convention(loss):
    for call in random_calls(loss, seed=1):
        upstream = np.random.default_rng(2).normal(size=np.shape(reference(loss)(**call.for_numpy())))
        stated = reference_gradient(loss)(**call.for_numpy(), upstream=upstream)

        assert tuple(stated) == SCORES[loss]
        for name in SCORES[loss]:
            expected = numerical_gradient(loss, call, name, upstream)
            np.testing.assert_allclose(stated[name], expected, rtol=1e-6, atol=1e-8, err_msg=str(call))


def test_padding_has_a_gradient_of_exactly_zero():
    for loss in MASKED:
        for call in random_calls(loss):
            if call.mask is not None:
                gradient = reference_gradient(loss)(**call.for_numpy())["scores"]

                assert (gradient[~call.mask] == 0).all()


def test_a_nan_score_makes_the_gradient_of_its_list_nan_and_leaves_the_others():
    scores, labels = [[np.nan, 1.0, 5.0], [0.0, 2.0, 5.0]], [[1, 0, 0], [1, 0, 0]]
    mask = [[True, True, False]] * 2
    gradient = reference_gradient("pairwise_hinge")(scores, labels, mask=mask, reduction="sum")["scores"]

    np.testing.assert_array_equal(gradient, [[np.nan, np.nan, 0], [-1, 1, 0]])
