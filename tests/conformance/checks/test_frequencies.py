"""The test of frequencies: exact in the far tail, where chi-square is not."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from rankproof.conformance.checks.frequencies import (
    accepted,
    accepted_entropy,
    surprise,
    surprise_of_count,
    surprise_of_entropy,
)


def exact_tail(count, draws, probability):
    """P(X >= count) in rational arithmetic."""
    p = Fraction(probability)
    return sum(math.comb(draws, k) * p**k * (1 - p) ** (draws - k) for k in range(count, draws + 1))


@pytest.mark.parametrize(("draws", "probability", "count"), [(1024, 0.25, 355), (1024, 0.015625, 50), (64, 0.5, 61)])
def test_tails_are_exact_at_one_in_a_billion(draws, probability, count):
    assert surprise_of_count(count, draws, probability) == pytest.approx(
        float(2 * exact_tail(count, draws, probability)), rel=1e-9
    )


@pytest.mark.parametrize("probability", [0.5, 0.1, 0.02])
def test_each_count_is_accepted_but_for_its_share_of_the_alarm(probability):
    ((least, most),) = accepted(128, [probability], 1e-6)

    assert exact_tail(int(most) + 1, 128, probability) < 5e-7 <= exact_tail(int(most), 128, probability)
    assert 1 - exact_tail(int(least), 128, probability) < 5e-7 <= 1 - exact_tail(int(least) + 1, 128, probability)


def test_right_counts_are_rejected_as_often_as_stated():
    """At an alarm large enough to be seen; the union bound makes the rate at most the alarm."""
    generator = np.random.default_rng(0)
    probabilities = [0.5, 0.25, 0.15, 0.1]
    bounds = accepted(1024, probabilities, 0.05)
    counts = generator.multinomial(1024, probabilities, size=20_000)
    rejected = ((counts < bounds[:, 0]) | (counts > bounds[:, 1])).any(axis=1).mean()

    assert 0.02 < rejected < 0.05


def test_chi_square_would_have_blamed_right_draws_far_too_often():
    """An outcome expected ten times: at 1e-9 the chi-square approximation rejects some thousand times too often."""
    stats = pytest.importorskip("scipy.stats")
    probability = 10 / 1024
    first = next(k for k in range(10, 200) if stats.chisquare([k, 1024 - k], [10, 1014]).pvalue < 1e-9)

    assert exact_tail(first, 1024, probability) > 1e-9 * 100


def test_a_certain_outcome_is_accepted_at_its_count_alone():
    assert accepted(100, [1.0], 1e-9).tolist() == [[100, 100]]
    assert surprise_of_count(100, 100, 1.0) == 1.0
    assert surprise(np.array([100]), np.array([1.0])) == 1.0


def test_an_impossible_outcome_is_accepted_at_no_count():
    assert accepted(100, [0.0], 1e-9).tolist() == [[0, 0]]


def compositions(total, parts):
    """All counts of so many outcomes that add up to the total."""
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        yield from ((first, *rest) for rest in compositions(total - first, parts - 1))


@pytest.mark.parametrize("probabilities", [(0.5, 0.5), (0.7, 0.2, 0.1), (0.4, 0.3, 0.2, 0.1), (0.97, 0.01, 0.01, 0.01)])
def test_the_bound_on_the_entropy_holds_exactly(probabilities):
    """By enumeration of all counts of 24 draws: so small a p-value is never likelier than it says."""
    draws, told = 24, []
    for counts in compositions(draws, len(probabilities)):
        ways = math.factorial(draws) // math.prod(math.factorial(count) for count in counts)
        chance = ways * math.prod(p**count for p, count in zip(probabilities, counts, strict=True))
        told.append((surprise_of_entropy(np.array(counts), np.array(probabilities)), chance))
    told.sort()
    below = np.cumsum([chance for _, chance in told])

    assert below[-1] == pytest.approx(1)
    assert all(total <= p * (1 + 1e-9) for (p, _), total in zip(told, below, strict=True) if p < 1)


def test_many_small_shifts_are_seen_together_though_no_count_is_odd_by_itself():
    probabilities = np.full(64, 1 / 64)
    counts = np.array([24, 8] * 32)

    assert 2 * 64 * min(surprise_of_count(count, 1024, 1 / 64) for count in counts) > 1
    assert surprise(counts, probabilities) < 1e-9


def test_the_accepted_entropy_is_where_the_bound_is_the_alarm():
    limit = accepted_entropy(2, 1e-6)

    assert math.exp(-limit) * math.e * limit == pytest.approx(1e-6)
    assert accepted_entropy(64, 1e-9) > accepted_entropy(64, 1e-6) > accepted_entropy(8, 1e-6)


def test_an_outcome_that_cannot_come_is_seen():
    assert surprise_of_entropy(np.array([9, 1]), np.array([1.0, 0.0])) == 0.0


def test_skewed_counts_are_rejected():
    bounds = accepted(1024, [0.5, 0.25, 0.25], 1e-9)

    assert (bounds[:, 0] <= [512, 256, 256]).all()
    assert (bounds[:, 1] >= [512, 256, 256]).all()
    assert bounds[0, 0] > 400
    assert bounds[1, 1] < 350
