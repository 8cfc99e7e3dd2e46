"""Score families: sizes, ranges, and numbers that the dtype has."""

import numpy as np
import pytest
from hypothesis import find

from rankproof.conformance.cases.dtypes import FORMATS, round_to
from rankproof.conformance.cases.scores import CERTIFIED, FAMILIES, GRID, scores
from rankproof.conformance.checks.reproducible import draw_cases


def drawn(family, shape=(6,), dtype="float64", count=12):
    return draw_cases(scores(family, shape, dtype), count, seed=0)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("dtype", FORMATS)
def test_scores_are_finite_and_representable_in_the_dtype(family, dtype):
    for values in drawn(family, dtype=dtype):
        assert np.isfinite(values).all()
        assert np.array_equal(values, round_to(values, dtype))


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("shape", [(), (0,), (2, 0), (3,), (2, 3), (2, 2, 1)])
def test_scores_have_the_shape(family, shape):
    assert {values.shape for values in drawn(family, shape, count=3)} == {shape}


@pytest.mark.parametrize(
    ("family", "low", "high"),
    [
        ("moderate", -3, 3),
        ("wide", -60, 60),
        ("shifted", -53, -47),
        ("far_shifted", 9997, 10003),
        ("huge", -1e4, 1e4),
        ("vast", -3e4, 3e4),
        ("apart", -203, 203),
        ("certified", -2, 2),
        ("tied", 0, 2),
    ],
)
def test_a_family_keeps_to_its_range(family, low, high):
    values = np.concatenate(drawn(family))

    assert low <= values.min() <= values.max() <= high
    assert np.ptp(values) > (high - low) / 2


@pytest.mark.parametrize("family", sorted(CERTIFIED))
def test_certified_families_lie_on_the_grid(family):
    values = np.concatenate(drawn(family)) / GRID

    assert np.array_equal(values, np.round(values))


def test_tied_scores_tie():
    assert all(len(np.unique(values)) < 6 for values in drawn("tied"))


def test_gaps_of_apart_scores_overflow_a_naive_exponential():
    gaps = np.array([np.ptp(values) for values in drawn("apart")])

    with np.errstate(over="ignore"):
        assert np.isinf(np.exp(gaps.astype(np.float32))).any()


def test_long_scores_have_full_significands():
    (values,) = drawn("long", (64,), count=1)

    assert len(np.unique(values)) == 64
    assert not np.array_equal(values, round_to(values, "float32"))


def test_scores_shrink_to_zeros():
    smallest = find(scores("moderate", (3,), "float64"), lambda values: values[1] > 0)

    assert smallest.tolist() == [0.0, 0.001, 0.0]
