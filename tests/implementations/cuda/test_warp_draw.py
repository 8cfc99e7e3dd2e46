"""What WARP draws without an order has the law of a walk along a random one."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest
import torch
from scipy import stats

from rankproof.implementations.cuda import warp_search
from rankproof.implementations.cuda.warp import warp
from rankproof.implementations.cuda.warp_search import Law, find_violators
from tests.implementations.cuda.definitions import DEVICE

POSITIVES = 1000
FALSE_ALARM = 1e-4
NEGATIVE_SCORES = (0.5, -3.0, 1.25, -2.0, -4.0)  # the first and the third violate


@pytest.fixture
def one_tile(monkeypatch):
    """The interpreter's time goes by programs and tiles, not by their size."""
    monkeypatch.setattr(warp_search, "POSITIVES_OF_A_TILE", 1024)
    monkeypatch.setattr(warp_search, "COLUMNS_OF_A_TILE", 1024)


def walk_law(negatives, universe, replacement, max_trials):
    """(rank estimate, violator) -> probability, None where none is found; from walks of 6 trials when replacing."""
    orders = list(itertools.product(universe, repeat=6) if replacement else itertools.permutations(universe))
    violating = {item for item, score in zip(negatives, NEGATIVE_SCORES, strict=True) if score > -1}
    law = Counter()
    for order in orders:
        stop = next((t for t, item in enumerate(order, 1) if item in violating), None)
        if stop is None and replacement:
            # Past all labels the estimate is 0, and the violator still uniform.
            for item in violating:
                law[None if max_trials else (0, item)] += 1 / len(violating)
        else:
            given_up = stop is None or (max_trials is not None and stop > max_trials)
            law[None if given_up else (5 // stop, order[stop - 1])] += 1
    return {outcome: weight / len(orders) for outcome, weight in law.items()}


def draw(replacement, max_trials, seed):
    """The outcomes of a list of many tied positives that share 5 negatives."""
    items = POSITIVES + len(NEGATIVE_SCORES)
    scores = torch.zeros(1, items, dtype=torch.float64)
    scores[0, POSITIVES:] = torch.tensor(NEGATIVE_SCORES)
    positives = (torch.arange(items) < POSITIVES).to(torch.uint8)[None]
    law = Law(1.0, "margin", "harmonic", "non_positives", "negatives", "free", replacement, max_trials)
    arguments = (scores.to(DEVICE), positives.to(DEVICE), None, None, torch.tensor([seed], device=DEVICE), law)
    _, found = find_violators(*arguments, torch.float64)
    ranks = {0.0: 0, 1.0: 1, 1.5: 2, 2 + 17 / 60: 5}
    weights, violators = found.weights[0, :POSITIVES].tolist(), found.violators[0, :POSITIVES].tolist()
    by_weight = {round(weight, 9): rank for weight, rank in ranks.items()}
    return Counter(
        None if violator < 0 else (by_weight[round(weight, 9)], violator - POSITIVES)
        for weight, violator in zip(weights, violators, strict=True)
    )


def p_value(observed, expected):
    """The probability of a sample at least as far from the expected law."""
    assert set(observed) <= set(expected)
    total = sum(observed.values())
    return stats.chisquare([observed[o] for o in expected], [p * total for p in expected.values()]).pvalue


@pytest.mark.usefixtures("one_tile")
@pytest.mark.parametrize("max_trials", [None, 2])
@pytest.mark.parametrize("replacement", [False, True])
def test_trials_and_violators_have_the_law_of_the_walk(replacement, max_trials):
    observed = draw(replacement, max_trials, seed=3)

    assert p_value(observed, walk_law(range(5), range(5), replacement, max_trials)) > FALSE_ALARM


@pytest.mark.usefixtures("one_tile")
def test_the_law_that_is_not_drawn_is_told_apart():
    observed = draw(replacement=False, max_trials=None, seed=3)

    assert p_value(observed, walk_law(range(5), range(5), True, None)) < FALSE_ALARM


def test_skipped_items_count_as_trials_of_the_law():
    scores = torch.tensor([[0.0, 9.0, 0.5, -3.0, 1.25, -2.0]], dtype=torch.float64, device=DEVICE).expand(100, 6)
    positives = torch.tensor([[True, True, False, False, False, False]], device=DEVICE).expand(100, 6)
    generator = torch.Generator(DEVICE).manual_seed(5)
    values = warp(scores, positives, skipped="counted", reduction="none", generator=generator)
    expected = Counter()
    for order in itertools.permutations(range(6)):
        stop = next(t for t, item in enumerate(order, 1) if item in (2, 4))
        weight = sum(1 / r for r in range(1, 5 // stop + 1))
        expected[round(weight * (1 + scores[0, order[stop - 1]].item()), 6)] += 1
    law = {outcome: weight / 720 for outcome, weight in expected.items()}

    assert p_value(Counter(round(value, 6) for value in values.tolist()), law) > FALSE_ALARM


def test_a_seed_gives_the_same_draws_and_another_seed_others():
    scores = torch.randn(4, 12, generator=torch.Generator().manual_seed(0)).to(DEVICE)
    positives = (torch.arange(12, device=DEVICE) < 4).expand(4, 12)
    first, again, other = (
        warp(scores, positives, reduction="none", generator=torch.Generator(DEVICE).manual_seed(seed)).tolist()
        for seed in (1, 1, 2)
    )

    assert first == again
    assert first != other


def test_the_default_generator_is_advanced():
    scores = torch.randn(2, 12, generator=torch.Generator().manual_seed(0)).to(DEVICE)
    positives = (torch.arange(12, device=DEVICE) < 4).expand(2, 12)
    torch.manual_seed(0)
    first, second = (warp(scores, positives, reduction="none").tolist() for _ in range(2))

    assert first != second


def test_lists_and_positives_draw_independently():
    scores = torch.zeros(2, 40, device=DEVICE)
    scores[:, 20:] = torch.arange(20.0, device=DEVICE)
    positives = (torch.arange(40, device=DEVICE) < 20).to(torch.uint8).expand(2, 40).contiguous()
    law = Law(1.0, "margin", "harmonic", "non_positives", "items", "free", False, None)
    _, found = find_violators(scores, positives, None, None, torch.tensor([7], device=DEVICE), law, torch.float32)
    violators = found.violators[:, :20]

    assert len(violators[0].unique()) > 5
    assert violators[0].tolist() != violators[1].tolist()


@pytest.mark.parametrize("negatives", ["non_positives", "others"])
def test_only_real_negatives_that_violate_are_drawn(negatives):
    generator = torch.Generator().manual_seed(8)
    scores = torch.randn(3, 30, generator=generator).to(DEVICE)
    positives = (torch.rand(3, 30, generator=generator) > 0.7).to(DEVICE)
    mask = (torch.rand(3, 30, generator=generator) > 0.3).to(DEVICE)
    scores[~mask] = torch.nan
    law = Law(0.5, "margin", "harmonic", negatives, "items", "free", False, None)
    arguments = (positives.to(torch.uint8), mask.to(torch.uint8), None, torch.tensor([9], device=DEVICE), law)
    _, found = find_violators(scores, *arguments, torch.float32)
    for row in range(3):
        listed = (positives & mask)[row].nonzero().flatten().tolist()

        assert found.counts[row].tolist() == [len(listed), int(mask[row].sum())]
        assert found.positives[row, : len(listed)].tolist() == listed
        for i, violator in zip(listed, found.violators[row, : len(listed)].tolist(), strict=True):
            allowed = mask[row] & (scores[row] > scores[row, i] - 0.5)
            allowed &= torch.arange(30, device=DEVICE) != i if negatives == "others" else ~positives[row]
            assert violator in allowed.nonzero() if allowed.any() else violator == -1
