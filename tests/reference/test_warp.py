"""What the deterministic WARP does with orders."""

from __future__ import annotations

import pytest

from rankproof.reference import warp


def test_no_order_is_refused():
    with pytest.raises(ValueError, match=r"^order: got None, .* deterministic"):
        warp([1, 2], [True, False])


def test_an_order_of_other_than_integers_is_refused():
    with pytest.raises(TypeError, match=r"^order: got dtype float64"):
        warp([1, 2], [True, False], [1.0])


def test_an_index_of_padding_is_skipped_as_no_negative():
    scores, positives, mask = [0.0, 9.0, 0.5], [True, False, False], [True, False, True]

    assert warp(scores, positives, [1, 2], mask=mask) == 1.5
    assert warp(scores, positives, [1, 1, 2], mask=mask, skipped="counted") == 0


def test_replacement_changes_nothing_along_a_given_order():
    given = ([0.0, 1.0, 2.0], [True, False, False], [2, 1])

    assert warp(*given, replacement=True) == warp(*given)
