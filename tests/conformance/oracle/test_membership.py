"""Membership in sums of polytopes: members pass, what lies three budgets outside does not."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rankproof.conformance.cases.case import Array
from rankproof.conformance.oracle.gradient_set import GradientSet, TooManyKinks, gradient_set
from rankproof.conformance.oracle.membership import nearest
from rankproof.conformance.oracle.numbers import Generators

COMPONENTS = 6


def pairs(rng: np.random.Generator, ties: int) -> Generators:
    """Ties of two or three options that push pairs of components apart; some ties hang on another."""
    generators: Generators = {}
    for tie in range(ties):
        for option in range(1, int(rng.integers(2, 4))):
            i, j = rng.choice(COMPONENTS, 2, replace=False)
            weight = float(rng.choice([1.0, 0.5, rng.normal()]))
            generators[frozenset({(tie, option)})] = {int(i): weight, int(j): -weight}
        generators[frozenset({(tie, 0)})] = {}
    i, j, k = (int(each) for each in rng.choice(COMPONENTS, 3, replace=False))
    generators[frozenset({(0, 1), (ties, 0)})] = {i: 1.0, j: -2.0}
    generators[frozenset({(0, 1), (ties, 1)})] = {k: 0.75}
    return generators


def budget_of(members: GradientSet, roundoff: float) -> Array:
    return np.full(COMPONENTS, 4 * roundoff * (1 + 3 * members.largest().max()))


def distance(members: GradientSet, got: Array, budget: Array) -> float:
    return float(np.max(np.abs(nearest(members, got, budget) - got) / budget))


def member(rng: np.random.Generator, members: GradientSet) -> Array:
    """A random member, rounded once."""
    terms = [members.base]
    for polytope in members.polytopes:
        weights = rng.dirichlet(np.full(len(polytope), rng.choice([0.05, 1.0])))
        terms.extend(weights[:, None] * polytope)
    return np.array([math.fsum(column) for column in np.array(terms).T])


@pytest.mark.parametrize(
    ("roundoff", "worst"), [(2.0**-53, 0.4), (2.0**-24, 0.05), (2.0**-8, 0.05)], ids=["float64", "float32", "bfloat16"]
)
@pytest.mark.parametrize("ties", [1, 3, 12, 24])
def test_members_are_found(roundoff: float, worst: float, ties: int) -> None:
    rng = np.random.default_rng(ties)
    for _ in range(20):
        members = gradient_set({0: 1.0}, pairs(rng, ties), COMPONENTS)
        got, budget = member(rng, members), budget_of(members, roundoff)

        assert distance(members, got, budget) <= worst


@pytest.mark.parametrize("roundoff", [2.0**-53, 2.0**-24, 2.0**-8], ids=["float64", "float32", "bfloat16"])
def test_members_with_half_a_budget_of_noise_are_found(roundoff: float) -> None:
    rng = np.random.default_rng(1)
    for _ in range(40):
        members = gradient_set({0: 1.0}, pairs(rng, 8), COMPONENTS)
        budget = budget_of(members, roundoff)
        got = member(rng, members) + budget * rng.uniform(-0.5, 0.5, COMPONENTS)

        assert distance(members, got, budget) <= 0.9


@pytest.mark.parametrize("roundoff", [2.0**-53, 2.0**-24, 2.0**-8], ids=["float64", "float32", "bfloat16"])
@pytest.mark.parametrize("ties", [1, 3, 12])
def test_points_three_budgets_outside_are_not(roundoff: float, ties: int) -> None:
    rng = np.random.default_rng(ties)
    for _ in range(20):
        members = gradient_set({0: 1.0}, pairs(rng, ties), COMPONENTS)
        budget = budget_of(members, roundoff)
        direction = rng.normal(size=COMPONENTS)
        direction /= np.abs(direction).sum()
        far = members.base + sum(each[np.argmax(each @ direction)] for each in members.polytopes)
        # No member lies further along the direction, so that none is within three budgets of this point.
        outside = far + 3 * budget * np.sign(direction)

        assert distance(members, outside, budget) > 2.9


def test_a_weight_bought_from_another_tie_is_no_member() -> None:
    generators: Generators = {
        frozenset({(0, 0)}): {},
        frozenset({(0, 1), (1, 0)}): {0: 1.0},
        frozenset({(0, 1), (1, 1)}): {1: 1.0},
    }
    members = gradient_set({}, generators, COMPONENTS)
    budget = np.full(COMPONENTS, 1e-7)

    legal, illegal = np.array([0.25, 0.5, 0, 0, 0, 0]), np.array([1.0, 1.0, 0, 0, 0, 0])

    assert distance(members, legal, budget) <= 0.05
    assert distance(members, illegal, budget) > 1e6


def test_parallel_segments_are_one() -> None:
    generators = {
        frozenset({(tie, option)}): {0: sign * option, 1: -sign * option}
        for tie in range(50)
        for option in (0, 1)
        for sign in [(-1.0) ** tie]
    }

    members = gradient_set({}, generators, COMPONENTS)

    assert len(members.polytopes) == 1
    assert distance(members, np.array([25.0, -25, 0, 0, 0, 0]), np.full(COMPONENTS, 1e-9)) <= 0.05
    assert distance(members, np.array([-25.0, 25, 0, 0, 0, 0]), np.full(COMPONENTS, 1e-9)) <= 0.05
    assert distance(members, np.array([25.5, -25.5, 0, 0, 0, 0]), np.full(COMPONENTS, 1e-9)) > 1e6


def test_nan_infinity_and_the_absurdly_far_stay_outside() -> None:
    members = gradient_set({}, {frozenset({(0, 0)}): {}, frozenset({(0, 1)}): {0: 1.0}}, 2)
    budget = np.full(2, 1e-15)

    for got in ([np.inf, 0.0], [-1e300, 0.0], [1e16, 0.0]):
        found = nearest(members, np.array(got), budget)

        assert 0 <= found[0] <= 1


def test_ties_with_too_many_combinations_are_refused() -> None:
    chain = {frozenset((tie, option) for tie in range(12)): {0: 1.0 + option} for option in (0, 1)}

    with pytest.raises(TooManyKinks, match="1024 combinations"):
        gradient_set({}, chain, 1)
