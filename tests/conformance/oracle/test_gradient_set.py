"""Gradient sets: segments and polytopes, as few as there need to be, and a limit to how many."""

from __future__ import annotations

import numpy as np
import pytest

from rankproof.conformance.oracle.gradient_set import MOST_VERTICES, GradientSet, TooManyKinks, dense, gradient_set


def tie(number, option=0):
    return (number, option)


def monomial(*choices):
    return frozenset(choices)


def segment(*vectors):
    """One tie of two options for each vector: it is added or not."""
    generators = {}
    for place, vector in enumerate(vectors):
        generators[monomial(tie(place, 0))] = {}
        generators[monomial(tie(place, 1))] = dict(enumerate(vector))
    return generators


def members(found):
    """The extreme points, for sets of few polytopes."""
    points = [found.base]
    for polytope in found.polytopes:
        points = [point + row for point in points for row in polytope]
    return {tuple(map(float, point)) for point in points}


def test_without_a_kink_there_is_one_member():
    found = gradient_set({0: 2.0}, None, 2)

    assert found.single
    assert found.base.tolist() == [2, 0]


def test_a_tie_makes_a_segment_between_its_options():
    found = gradient_set({1: 1.0}, segment([3.0, 0.0]), 2)

    assert not found.single
    assert members(found) == {(0, 1), (3, 1)}
    assert found.middle().tolist() == [1.5, 1]
    assert found.largest().tolist() == [3, 1]


def test_parallel_segments_become_one():
    along = gradient_set({}, segment([1.0, 2.0], [2.0, 4.0]), 2)
    against = gradient_set({}, segment([1.0, 2.0], [-2.0, -4.0]), 2)

    assert len(along.polytopes) == len(against.polytopes) == 1
    assert members(along) == {(0, 0), (3, 6)}
    assert members(against) == {(1, 2), (-2, -4)}


def test_ties_that_occur_in_a_product_make_one_polytope():
    product = {monomial(tie(0, 1), tie(1, 1)): {0: 1.0}, monomial(tie(0, 0)): {}, monomial(tie(1, 0)): {}}
    found = gradient_set({}, product, 1)

    assert members(found) == {(0,), (1,)}


def test_options_that_make_no_difference_are_no_kink():
    assert gradient_set({}, {monomial(tie(0, 0)): {0: 1.0}, monomial(tie(0, 1)): {0: 1.0}}, 1).single


def test_members_can_be_scaled_and_looked_at_in_part():
    found = gradient_set({0: 1.0}, segment([1.0, 2.0]), 2)

    assert members(found.scaled(-2.0)) == {(-2, 0), (-4, -4)}
    assert found.scaled(0).single
    assert members(found.restricted(np.array([1]))) == {(0,), (2,)}
    assert gradient_set({}, segment([1.0, 0.0]), 2).restricted(np.array([1])).single


def test_more_combinations_than_can_be_searched_are_told():
    many = {monomial(*((place, 1) for place in range(11))): {0: 1.0}}
    many |= {monomial(tie(place, 0)): {} for place in range(11)}

    with pytest.raises(TooManyKinks, match=f"more than {MOST_VERTICES} combinations"):
        gradient_set({}, many, 1)


def test_more_directions_than_can_be_searched_are_told():
    draw = np.random.default_rng(0)

    with pytest.raises(TooManyKinks, match="extreme directions"):
        gradient_set({}, segment(*draw.normal(size=(700, 3))), 3)


def test_sparse_partials_are_filled_up_with_zeros():
    assert dense({2: 5.0}, 4).tolist() == [0, 0, 5, 0]
    assert GradientSet(np.zeros(2)).largest().tolist() == [0, 0]
