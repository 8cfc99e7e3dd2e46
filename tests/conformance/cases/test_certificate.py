"""Certificates: given where every sum is exact in the dtype, refused where one could round."""

import numpy as np
import pytest

from rankproof.conformance.cases.certificate import is_certified
from rankproof.conformance.cases.dtypes import FORMATS
from rankproof.conformance.specification import load_builtin

HINGE = load_builtin("pairwise_hinge")


def certified(scores, dtype, margin=1.0):
    return is_certified(HINGE, {"scores": np.array(scores)}, {"margin": margin}, dtype)


@pytest.mark.parametrize("dtype", FORMATS)
def test_scores_on_a_coarse_grid_are_certified(dtype):
    assert certified([0.5, -0.5, 1.0], dtype)


@pytest.mark.parametrize("dtype", FORMATS)
def test_scores_of_full_precision_are_refused(dtype):
    assert not certified([float(np.nextafter(1.0, 2.0)), 3.0], dtype)


def test_the_same_scores_fit_a_wide_significand_and_not_a_narrow_one():
    scores = [0.5 * number for number in range(-8, 8)]

    assert certified(scores, "float32")
    assert not certified(scores, "bfloat16")


def test_many_pairs_of_small_scores_are_refused_in_bfloat16():
    few, many = [1.0] * 3, [1.0] * 16

    assert certified(few, "bfloat16")
    assert not certified(many, "bfloat16")


def test_a_certificate_holds_for_the_sum_over_all_pairs_in_any_order():
    scores = np.array([0.5, -0.5, 1.0, 2.0])
    shortfalls = (1.0 - (scores[:, None] - scores[None, :])).ravel()
    generator = np.random.default_rng(0)
    sums = set()
    for _ in range(20):
        total = np.float16(0)
        for shortfall in generator.permutation(shortfalls):
            total = np.float16(total + np.float16(shortfall))
        sums.add(float(total))

    assert certified(scores, "float16")
    assert sums == {float(shortfalls.sum())}


def test_a_parameter_that_is_added_to_scores_has_to_lie_on_the_grid_too():
    assert certified([0.5, 1.0], "float16", margin=1.0)
    assert not certified([0.5, 1.0], "float16", margin=0.3)


def test_a_parameter_without_the_unit_of_scores_does_not_count():
    ndcg = load_builtin("approx_ndcg")
    inputs = {"scores": np.array([0.5, 1.0])}

    assert is_certified(ndcg, inputs, {**ndcg.defaults(), "cutoff_temperature": 0.3}, "bfloat16")


@pytest.mark.parametrize("score", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_is_refused(score):
    assert not certified([score, 1.0], "float64")


def test_zeros_and_empty_lists_are_certified():
    assert certified([0.0, 0.0], "bfloat16", margin=0.0)
    assert certified([], "bfloat16", margin=0.0)


def test_the_smallest_number_is_on_a_grid_of_its_own():
    assert certified([5e-324], "float64", margin=0.0)
    assert not certified([5e-324], "float64", margin=1.0)
