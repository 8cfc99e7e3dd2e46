"""Grades and labels at which a plain ListNet overflows."""

from __future__ import annotations

import numpy as np
import pytest

from rankproof.reference import list_net, list_net_gradient


def test_labels_whose_sum_overflows_still_have_shares():
    assert list_net([0, 0], [1e308, 1e308], target="normalized_labels") == pytest.approx(np.log(2), rel=1e-15)


def test_a_score_of_minus_infinity_costs_nothing_where_it_has_no_label():
    assert list_net([-np.inf, 0, 0], [0, 1, 0], target="labels") == pytest.approx(np.log(2), rel=1e-15)
    np.testing.assert_allclose(
        list_net_gradient([-np.inf, 0, 0], [0, 1, 0], target="labels")["scores"], [0, -0.5, 0.5], rtol=1e-15
    )
