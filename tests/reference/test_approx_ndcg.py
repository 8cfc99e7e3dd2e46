"""Grades and scores at which a plain ApproxNDCG overflows or cancels."""

from __future__ import annotations

import numpy as np
import pytest

from rankproof.reference import approx_ndcg, approx_ndcg_gradient


def test_grades_whose_gain_overflows_still_have_an_ndcg():
    assert approx_ndcg([0, 0], [4000, 0]) == pytest.approx(-1 / np.log2(2.5), rel=1e-14)


def test_grades_whose_gain_is_below_the_rounding_still_have_an_ndcg():
    assert approx_ndcg([0, 0], [1e-30, 0]) == pytest.approx(-1 / np.log2(2.5), rel=1e-14)


def test_far_scores_keep_a_gradient_without_cancellation():
    gradient = approx_ndcg_gradient([0.0, 40.0], [1, 0])["scores"]
    slope = np.log(2) / (3 * np.log(3) ** 2)

    np.testing.assert_allclose(gradient, [-slope * np.exp(-40), slope * np.exp(-40)], rtol=1e-12)
