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
from tests.implementations.definitions import DEVICE, cut_into_tiles

DRAWS = 2000
FALSE_ALARM = 1e-4
SCORES = (0.0, 0.5, -3.0, 1.25, -2.0, -4.0)  # of a positive and its negatives, of which the first and the third violate
VIOLATING = (1, 3)


def walk_law(universe, replacement, max_trials):
    """(rank estimate, violator) -> probability, None where none is found; from walks of 6 trials when replacing."""
    orders = list(itertools.product(universe, repeat=6) if replacement else itertools.permutations(universe))
    law = Counter()
    for order in orders:
        stop = next((t for t, item in enumerate(order, 1) if item in VIOLATING), None)
        if max_trials is not None and (stop is None or stop > max_trials):
            law[None] += 1
        elif stop is None:
            # Past all labels the estimate is 0, and the violator still uniform.
            for item in VIOLATING:
                law[0, item] += 1 / len(VIOLATING)
        else:
            law[5 // stop, order[stop - 1]] += 1
    return {outcome: weight / len(orders) for outcome, weight in law.items()}


def draw(lists, positives, seed=3, skipped="free", replacement=False, max_trials=None):
    """How often each outcome occurs in lists of tied positives that share the negatives."""
    scores = torch.tensor([SCORES[0]] * positives + list(SCORES[1:]), dtype=torch.float64).repeat(lists, 1)
    labels = (torch.arange(scores.shape[1]) < positives).to(torch.uint8).repeat(lists, 1)
    law = Law(1.0, "margin", "harmonic", "non_positives", "negatives", skipped, replacement, max_trials)
    arguments = (scores.to(DEVICE), labels.to(DEVICE), None, None, torch.tensor([seed], device=DEVICE), law)
    _, found = find_violators(*arguments, torch.float64)
    ranks = {round(weight, 9): rank for weight, rank in {0.0: 0, 1.0: 1, 1.5: 2, 2 + 17 / 60: 5}.items()}
    weights, violators = (tensor[:, :positives].flatten().tolist() for tensor in (found.weights, found.violators))
    return Counter(
        None if violator < 0 else (ranks[round(weight, 9)], violator - positives + 1)
        for weight, violator in zip(weights, violators, strict=True)
    )


def p_value(observed, expected):
    """The probability of a sample at least as far from the expected law."""
    assert set(observed) <= set(expected)
    total = sum(observed.values())
    return stats.chisquare([observed[o] for o in expected], [p * total for p in expected.values()]).pvalue


@pytest.mark.parametrize("max_trials", [None, 2])
@pytest.mark.parametrize("replacement", [False, True])
@pytest.mark.parametrize("skipped", ["free", "counted"])
def test_short_lists_draw_by_the_law_of_the_walk(skipped, replacement, max_trials):
    observed = draw(DRAWS, 1, skipped=skipped, replacement=replacement, max_trials=max_trials)
    universe = range(6) if skipped == "counted" else range(1, 6)

    assert p_value(observed, walk_law(universe, replacement, max_trials)) > FALSE_ALARM


@pytest.mark.parametrize("max_trials", [None, 2])
@pytest.mark.parametrize("replacement", [False, True])
def test_the_positives_of_a_long_list_draw_by_the_law_of_the_walk(replacement, max_trials, monkeypatch):
    # The interpreter's time goes by tiles, not by their size.
    monkeypatch.setattr(warp_search, "POSITIVES_OF_A_TILE", 1024)
    monkeypatch.setattr(warp_search, "COLUMNS_OF_A_TILE", 1024)
    observed = draw(1, 1000, replacement=replacement, max_trials=max_trials)

    assert p_value(observed, walk_law(range(1, 6), replacement, max_trials)) > FALSE_ALARM


def test_a_law_that_is_not_drawn_is_told_apart():
    assert p_value(draw(DRAWS, 1), walk_law(range(1, 6), replacement=True, max_trials=None)) < FALSE_ALARM


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


@pytest.mark.parametrize("long", [False, True])
@pytest.mark.parametrize("negatives", ["non_positives", "others"])
def test_only_real_negatives_that_violate_are_drawn(negatives, long, monkeypatch):
    if long:
        cut_into_tiles(monkeypatch)
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
        violators = found.violators[row, : len(listed)] if long else found.violators[row, listed]

        assert found.counts[row].tolist() == [len(listed), int(mask[row].sum())]
        if long:
            assert found.items[row, : len(listed)].tolist() == listed
        for i, violator in zip(listed, violators.tolist(), strict=True):
            allowed = mask[row] & (scores[row] > scores[row, i] - 0.5)
            allowed &= torch.arange(30, device=DEVICE) != i if negatives == "others" else ~positives[row]
            assert violator in allowed.nonzero() if allowed.any() else violator == -1


def test_a_positive_draws_the_same_in_a_short_list_and_in_a_long_one(monkeypatch):
    scores = torch.randn(2, 20, generator=torch.Generator().manual_seed(1)).to(DEVICE)
    positives = (torch.arange(20, device=DEVICE) % 3 == 0).expand(2, 20)
    short = warp(scores, positives, reduction="none", generator=torch.Generator(DEVICE).manual_seed(2))
    cut_into_tiles(monkeypatch)
    long = warp(scores, positives, reduction="none", generator=torch.Generator(DEVICE).manual_seed(2))

    torch.testing.assert_close(long, short)
