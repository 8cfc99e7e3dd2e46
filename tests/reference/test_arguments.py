"""What the references refuse beyond the invalid cases of the spec files."""

from __future__ import annotations

import numpy as np
import pytest

from rankproof.reference import approx_ndcg, margin_ranking, pairwise_hinge, plackett_luce, warp


def test_strings_are_no_scores():
    with pytest.raises(TypeError, match=r"^scores: got dtype <U1"):
        pairwise_hinge(["a"], [1])


def test_a_number_is_no_list():
    with pytest.raises(ValueError, match=r"^input1: got a number"):
        margin_ranking(1.0, 0.0, 1)


def test_a_mask_is_boolean_and_of_the_shape_of_the_scores():
    with pytest.raises(TypeError, match=r"^mask: got dtype int64"):
        pairwise_hinge([1, 2], [1, 0], mask=[1, 0])
    with pytest.raises(ValueError, match=r"^mask: got shape \(1,\)"):
        pairwise_hinge([1, 2], [1, 0], mask=[True])


def test_what_padding_holds_is_not_checked():
    assert pairwise_hinge([1, 2], [1, -1], mask=[True, False]) == 0
    assert warp([1, 2], [1, np.nan], [0], mask=[True, False]) == 0


def test_numbers_have_to_be_finite_and_labels_binary():
    with pytest.raises(ValueError, match=r"^margin: got nan"):
        margin_ranking([1.0], [0.0], [1], margin=np.nan)
    with pytest.raises(ValueError, match=r"^relevance: got nan at"):
        approx_ndcg([1, 2], [1, np.nan])
    with pytest.raises(ValueError, match=r"^positives: got 2.0 at \(0,\)"):
        warp([1, 2], [2, 0], [1])
    with pytest.raises(ValueError, match=r"^order: got shape"):
        warp([[1, 2]], [[True, False]], [1])


def test_a_permutation_places_every_item_once():
    with pytest.raises(ValueError, match=r"^permutation: got shape \(2,\), expected \(3,\)"):
        plackett_luce([1, 2, 3], [1, 0])
    with pytest.raises(ValueError, match=r"^permutation: got 0 at \(2,\), expected each position once"):
        plackett_luce([1, 2, 3], [1, 0, 0])
    with pytest.raises(TypeError, match=r"^permutation: got dtype float64"):
        plackett_luce([1, 2], [1.0, 0.0])
