"""The law of WARP's draws by enumeration is the one that probability theory gives."""

import itertools
import math
from collections import defaultdict

import numpy as np
import pytest

from rankproof.conformance.cases.case import Case
from rankproof.conformance.checks.outcomes import law, ordered_cases, positives_of, universe
from rankproof.conformance.specification import load_builtin

WARP = load_builtin("warp")
SAMPLING = WARP.sampling

# The one positive misses the margin over the second, the third and, exactly at it, not over the last item.
SCORES, POSITIVES = [0.5, 0.25, 1.0, -2.0, -0.5], [True, False, False, False, False]


def listed(scores=SCORES, positives=POSITIVES, **parameters):
    inputs = {"scores": np.array(scores), "positives": np.array(positives)}
    return Case(inputs, {**WARP.defaults(), **parameters}, "mean", certified=True)


def harmonic(rank):
    return sum(1 / k for k in range(1, rank + 1))


def stated_law(scores, positives, positive, *, replacement=False, cap=None):
    """The probability of each value that one positive adds: of its number of trials, and of its violator."""
    shortfalls = [1 - scores[positive] + scores[j] for j, other in enumerate(positives) if not other]
    violators = [each for each in shortfalls if each > 0]
    total, hits = len(shortfalls), len(violators)
    found = defaultdict(float)
    for trials in range(1, len(scores)):
        if hits == 0 or trials > (cap or trials) or not (replacement or trials <= total):
            continue
        if replacement:  # geometric
            probability = (1 - hits / total) ** (trials - 1) * hits / total
        else:  # negative hypergeometric
            probability = math.comb(total - trials, hits - 1) / math.comb(total, hits)
        for shortfall in violators:
            value = harmonic((len(scores) - 1) // trials) * shortfall
            found[round(value, 9)] += probability / hits
    found[0.0] += 1 - sum(found.values())
    return {value: probability for value, probability in found.items() if probability > 1e-12}


def by_value(found):
    merged = defaultdict(float)
    for value, probability in zip(found.values, found.probabilities, strict=True):
        merged[round(float(value), 9)] += float(probability)
    return dict(merged)


@pytest.mark.parametrize("cap", [None, 2])
@pytest.mark.parametrize("replacement", [False, True])
@pytest.mark.parametrize("scores", [SCORES, [0.5, -0.25, -3.0, -4.0], [3.0, 1.0, 0.0], [0.0, 1.0, 0.5, 2.0]])
def test_trials_are_geometric_with_replacement_and_negative_hypergeometric_without(scores, replacement, cap):
    positives = [True] + [False] * (len(scores) - 1)
    enumerated = law(WARP, SAMPLING, listed(scores, positives, replacement=replacement, max_trials=cap), [0])

    assert by_value(enumerated) == pytest.approx(stated_law(scores, positives, 0, replacement=replacement, cap=cap))


def test_outcomes_of_equal_value_and_different_gradient_are_kept_apart():
    found = law(WARP, SAMPLING, listed([0.5, 1.0, 1.0], [True, False, False]), [0])

    assert len(set(found.values.tolist())) == 1
    assert sorted(map(tuple, found.gradients.tolist())) == [(-1.5, 0.0, 1.5), (-1.5, 1.5, 0.0)]
    assert found.probabilities.tolist() == [0.5, 0.5]


@pytest.mark.parametrize("replacement", [False, True])
def test_the_law_of_two_positives_is_the_convolution_of_their_laws(replacement):
    scores, positives = [0.5, 0.0, -0.25, -3.0, 0.25], [True, True, False, False, False]
    joint = defaultdict(float)
    laws = [stated_law(scores, positives, positive, replacement=replacement) for positive in (0, 1)]
    for (one, p), (other, q) in itertools.product(*(each.items() for each in laws)):
        joint[round(one + other, 9)] += p * q
    found = law(WARP, SAMPLING, listed(scores, positives, replacement=replacement), [0, 1])

    assert by_value(found) == pytest.approx({value: p for value, p in joint.items() if p > 1e-12})
    assert len(found.values) > len(laws[0])


def test_sums_that_differ_by_rounding_alone_are_one_outcome():
    found = law(WARP, SAMPLING, listed([0.1, 0.1, 0.3], [True, True, False]), [0, 1])

    assert len(found.values) == 1
    assert found.probabilities.tolist() == [1.0]


def test_each_positive_draws_from_the_negatives_alone():
    case = listed([1.0, 2.0, 3.0, 4.0], [True, False, True, False])

    assert positives_of(WARP, SAMPLING, case) == [0, 2]
    assert universe(WARP, SAMPLING, case, 0) == [1, 3]


def test_where_skipped_items_count_each_positive_draws_from_all_items():
    case = listed([1.0, 2.0, 3.0, 4.0], [True, False, True, False], skipped="counted")

    assert universe(WARP, SAMPLING, case, 0) == [0, 1, 2, 3]


def test_other_positives_are_drawn_where_they_are_negatives():
    case = listed([1.0, 2.0, 3.0, 4.0], [True, False, True, False], negatives="others")

    assert universe(WARP, SAMPLING, case, 0) == [1, 2, 3]


def test_orders_are_all_permutations_or_with_replacement_all_tuples():
    without = ordered_cases(WARP, SAMPLING, listed(), 0)
    capped = ordered_cases(WARP, SAMPLING, listed(replacement=True, max_trials=2), 0)

    assert {tuple(each.inputs["order"]) for each in without} == set(itertools.permutations([1, 2, 3, 4]))
    assert {tuple(each.inputs["order"]) for each in capped} == set(itertools.product([1, 2, 3, 4], repeat=2))


def test_a_drawn_value_matches_its_outcome_within_the_budget_and_no_other():
    found = law(WARP, SAMPLING, listed(), [0])
    near = found.values + 0.5 * found.value_budgets
    far = found.values + 1e-3

    assert found.match(near, found.gradients).tolist() == list(range(len(found.values)))
    assert set(found.match(far, found.gradients).tolist()) == {-1}


def test_a_right_value_with_a_wrong_gradient_is_no_outcome():
    found = law(WARP, SAMPLING, listed(), [0])

    assert set(found.match(found.values, 2 * found.gradients + 1).tolist()) == {-1}


def test_a_sum_matches_its_outcome_and_nan_matches_none():
    found = law(WARP, SAMPLING, listed([0.5, 0.0, 0.25], [True, True, False]), [0, 1])

    assert found.match(found.values, found.gradients).tolist() == list(range(len(found.values)))
    assert found.match(np.array([np.nan, 17.0]), found.gradients[[0, 0]]).tolist() == [-1, -1]


def test_the_gradient_of_several_positives_is_the_sum_of_theirs():
    scores, positives = [0.5, 0.0, -0.25, -3.0, 0.25], [True, True, False, False, False]
    found = law(WARP, SAMPLING, listed(scores, positives), [0, 1])
    alone = [
        law(WARP, SAMPLING, listed(scores, [k == one for k in range(5)], negatives="others"), [one]) for one in (0, 1)
    ]

    assert found.gradients.sum(-1) == pytest.approx(0)
    assert found.probabilities.sum() == pytest.approx(1)
    assert (found.gradients[:, :2] <= 0).all()
    assert (found.gradients[:, 2:] >= 0).all()
    assert found.gradients[:, 0].min() == min(each for law_ in alone[:1] for each in law_.gradients[:, 0])


def test_a_right_sum_with_the_gradient_of_another_draw_is_no_outcome():
    found = law(WARP, SAMPLING, listed([0.5, 0.0, -0.25, -3.0, 0.25], [True, True, False, False, False]), [0, 1])
    swapped = found.gradients[:, [1, 0, 2, 3, 4]]

    assert -1 in found.match(found.values, swapped).tolist()
