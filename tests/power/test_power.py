"""The measurement of the sampling clause's error rates: its simulation, its limits, its wrong samplers."""

from __future__ import annotations

import numpy as np
import pytest

from rankproof.conformance.checks import sampling
from rankproof.conformance.checks.frequencies import surprise
from rankproof.conformance.checks.outcomes import law, ordered_cases, positives_of
from rankproof.conformance.specification import load_builtin
from tests.power.__main__ import cases_of
from tests.power.limits import lower_limit, upper_limit
from tests.power.samplers import WRONG, one_trial_too_many, repeats_items
from tests.power.simulate import blamed, detections

pytest.importorskip("torch")

WARP = load_builtin("warp")


@pytest.fixture(scope="module")
def cases():
    return cases_of("rankproof.implementations.vectorized.warp:warp")


def test_a_right_sampler_is_not_blamed(cases):
    assert detections(WARP, cases, ordered_cases, 500) == 0


@pytest.mark.parametrize("orders", WRONG, ids=lambda orders: orders.__name__)
def test_every_wrong_sampler_is_caught_in_every_run(cases, orders):
    assert detections(WARP, cases, orders, 500) == 500


def test_a_wrong_sampler_has_another_law(cases):
    positives = positives_of(WARP, WARP.sampling, cases[0])
    right = law(WARP, WARP.sampling, cases[0], positives)
    wrong = law(WARP, WARP.sampling, cases[0], positives, repeats_items)

    assert sorted(right.probabilities) != pytest.approx(sorted(wrong.probabilities))


def test_one_trial_too_many_lowers_the_estimated_rank(cases):
    positives = positives_of(WARP, WARP.sampling, cases[0])
    right = law(WARP, WARP.sampling, cases[0], positives)
    wrong = law(WARP, WARP.sampling, cases[0], positives, one_trial_too_many)

    # One violator among four negatives, with a shortfall of 1.5: trials 2 to 5 of 5 labels in the place of 1 to 4.
    assert dict(zip(wrong.values, wrong.probabilities, strict=True)) == pytest.approx({2.25: 0.25, 1.5: 0.5, 0.0: 0.25})
    assert max(right.values) == pytest.approx(1.5 * (1 + 1 / 2 + 1 / 3 + 1 / 4))


def test_counts_are_judged_as_the_clause_judges_them():
    probabilities = np.array([0.5, 0.25, 0.15, 0.1])
    generator = np.random.default_rng(0)
    shifted = [probabilities, [0.4, 0.3, 0.18, 0.12], [0.36, 0.3, 0.2, 0.14]]
    counts = np.concatenate([generator.multinomial(sampling.DRAWS, p, size=200) for p in shifted])
    expected = [surprise(row, probabilities) < sampling.ALARM for row in counts]

    assert 0 < sum(expected) < len(expected)
    assert blamed(np.pad(counts, ((0, 0), (0, 1))), probabilities).tolist() == expected


def test_a_single_stray_draw_is_blamed():
    assert blamed(np.array([[sampling.DRAWS - 1, 1]]), np.array([1.0])).tolist() == [True]


@pytest.mark.parametrize(("count", "runs", "limit"), [(2995, 2995, 0.999), (20, 20, 0.8609), (8, 10, 0.4931)])
def test_lower_limits_are_those_of_clopper_and_pearson(count, runs, limit):
    assert lower_limit(count, runs) == pytest.approx(limit, abs=1e-4)


def test_upper_limits_mirror_them():
    assert upper_limit(0, 20) == pytest.approx(1 - 0.8609, abs=1e-4)
    assert lower_limit(0, 20) == 0.0
