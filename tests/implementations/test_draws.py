"""WARP without an order draws by the law of its definition."""

from __future__ import annotations

import itertools
from collections import Counter

import numpy as np
import pytest
import torch
from scipy import stats

from rankproof.reference import warp as reference
from tests.calls import implementation

READABLE = {"loop": 1500, "vectorized": 6000}  # lists drawn
SCORES = np.array([1.0, 0.5, -1.0, 1.25, -2.0])
POSITIVE = np.array([True, False, False, False, False])
FALSE_ALARM = 1e-4


def outcomes_of_orders(options, universe, replacement, masked):
    """Value -> probability, by enumeration of all orders (with replacement of all beginnings of 4 draws).

    With replacement the fifth trial and later ones have the estimated rank 0, and so the value 0.
    """
    orders = list(itertools.product(universe, repeat=4) if replacement else itertools.permutations(universe))
    counts = Counter(round(reference(SCORES, POSITIVE, order, mask=masked, **options), 9) for order in orders)
    return {value: count / len(orders) for value, count in counts.items()}


def chi_square(values, expected):
    """The probability of a sample at least as far from the expected law."""
    observed = Counter(round(value, 9) for value in values.tolist())
    assert set(observed) <= set(expected)
    return stats.chisquare([observed[v] for v in expected], [p * len(values) for p in expected.values()]).pvalue


@pytest.mark.parametrize("variant", READABLE)
@pytest.mark.parametrize("replacement", [False, True])
@pytest.mark.parametrize("max_trials", [None, 2])
@pytest.mark.parametrize(
    ("skipped", "padded"), [("free", False), ("counted", False), ("free", True), ("counted", True)]
)
def test_values_have_the_law_of_their_enumeration(variant, replacement, max_trials, skipped, padded):
    lists = READABLE[variant]
    mask = np.array([True, True, True, True, not padded])
    universe = [j for j in range(5) if mask[j] and (skipped == "counted" or not POSITIVE[j])]
    options = {"max_trials": max_trials, "skipped": skipped}
    expected = outcomes_of_orders(options, universe, replacement, mask)
    values = implementation(variant, "warp")(
        torch.tensor(SCORES).expand(lists, 5),
        torch.tensor(POSITIVE).expand(lists, 5),
        mask=torch.tensor(mask).expand(lists, 5),
        replacement=replacement,
        reduction="none",
        generator=torch.Generator().manual_seed(11),
        **options,
    )

    assert chi_square(values, expected) > FALSE_ALARM


@pytest.mark.parametrize("variant", READABLE)
@pytest.mark.parametrize("replacement", [False, True])
def test_each_positive_draws_an_order_of_its_own(variant, replacement):
    lists = READABLE[variant]
    scores = torch.tensor([1.0, 1.0, 1.5, 2.0, -3.0, -3.0], dtype=torch.float64).repeat(lists, 1).requires_grad_()
    positives = torch.tensor([True, True, False, False, False, False]).expand(lists, 6)
    loss = implementation(variant, "warp")(
        scores,
        positives,
        replacement=replacement,
        reduction="sum",
        generator=torch.Generator().manual_seed(12),
    )
    (weights,) = torch.autograd.grad(loss, scores)
    pairs = Counter((round(a, 6), round(b, 6)) for a, b in weights[:, :2].tolist())
    first, second = (sorted({pair[side] for pair in pairs}) for side in (0, 1))
    table = [[pairs[a, b] for b in second] for a in first]

    assert len(first) > 1
    assert stats.chi2_contingency(table).pvalue > FALSE_ALARM


@pytest.mark.parametrize("variant", READABLE)
@pytest.mark.parametrize("replacement", [False, True])
def test_without_a_violator_the_draws_end(variant, replacement):
    scores, positives = torch.tensor([5.0, 0.0, 1.0]), torch.tensor([1, 0, 0])

    assert implementation(variant, "warp")(scores, positives, replacement=replacement) == 0


@pytest.mark.parametrize("variant", READABLE)
def test_a_generator_makes_the_draws_repeatable(variant):
    scores, positives = torch.arange(8.0).flip(0), torch.tensor([0, 0, 0, 0, 0, 0, 0, 1])

    def draw(seed):
        return implementation(variant, "warp")(scores, positives, generator=torch.Generator().manual_seed(seed))

    assert draw(3) == draw(3)
    assert len({draw(seed).item() for seed in range(10)}) > 1
