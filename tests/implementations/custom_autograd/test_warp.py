"""WARP along an order by running maxima, and without one by its law."""

from __future__ import annotations

import itertools
import math

import pytest
import torch
from scipy import stats

from rankproof.implementations.custom_autograd import violators
from rankproof.implementations.custom_autograd.warp import warp
from rankproof.implementations.custom_autograd.warp_draw import draw_first_violators
from rankproof.implementations.custom_autograd.warp_problem import warp_problem
from tests.implementations import definitions
from tests.implementations.definitions import DEVICE, holds

FALSE_ALARM = 1e-4
CONVENTIONS = list(
    itertools.product(
        ["margin", "margin_inclusive", "misranking"],
        ["non_positives", "others"],
        ["items", "negatives"],
        ["free", "counted"],
        [None, 2],
    )
)


def lists(shape=(6, 8), trials=12, seed=0):
    """Scores on a grid, so that some are tied or exactly at the margin; an order with repetitions; and a mask."""
    generator = torch.Generator().manual_seed(seed)
    scores = torch.randint(-4, 5, shape, generator=generator, dtype=torch.float64) / 2
    positives = torch.rand(shape, generator=generator) < 0.4
    order = torch.randint(0, shape[-1], (*shape[:-1], trials), generator=generator)
    mask = torch.rand(shape, generator=generator) > 0.3
    return scores.to(DEVICE), positives.to(DEVICE), order.to(DEVICE), mask.to(DEVICE)


@pytest.mark.parametrize(("violation", "negatives", "label_count", "skipped", "max_trials"), CONVENTIONS)
def test_every_convention_with_nan_in_the_padding(violation, negatives, label_count, skipped, max_trials):
    options = {"violation": violation, "negatives": negatives, "label_count": label_count}
    options |= {"skipped": skipped, "max_trials": max_trials}
    for trials in (0, 1, 5, 30):
        scores, positives, order, mask = lists(trials=trials, seed=trials)
        padded = scores.masked_fill(~mask, torch.nan)

        holds(warp, definitions.warp, (scores, positives, order), **options)
        holds(warp, definitions.warp, (padded, positives, order), mask=mask, rank_weight="logarithmic", **options)


@pytest.mark.parametrize("reduction", ["none", "sum", "mean"])
@pytest.mark.parametrize("normalization", ["none", "positives"])
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.float16, torch.bfloat16])
def test_every_reduction_of_any_batch_axes(reduction, normalization, dtype):
    scores, positives, order, _ = lists((2, 1, 3, 5))
    options = {"reduction": reduction, "normalization": normalization}

    holds(warp, definitions.warp, (scores.to(dtype), positives.to(dtype), order.int()), **options)


@pytest.mark.parametrize("negatives", ["non_positives", "others"])
def test_a_positive_met_again_and_again_is_passed_over(negatives):
    scores = torch.tensor([[2.0, 2.0, 1.5, 3.0, 0.0]], dtype=torch.float64, device=DEVICE)
    positives = torch.tensor([[True, True, False, True, False]], device=DEVICE)
    for walk in itertools.product(range(4), repeat=4):
        order = torch.tensor([[*walk, 2]], device=DEVICE)

        holds(warp, definitions.warp, (scores, positives, order), negatives=negatives)


def expected_law(scores, candidates, universe, positive, replacement, max_trials):
    """(trials, violator) -> probability, of the first violator of a positive among its candidates."""
    hit = [j for j in candidates if 1 - scores[positive] + scores[j] > 0]
    chance = len(hit) / universe
    last = max_trials or (12 if replacement else universe - len(hit) + 1)
    for trials in range(1, last + 1):
        if replacement:
            share = (1 - chance) ** (trials - 1) * chance
        else:
            share = math.comb(universe - trials, len(hit) - 1) / math.comb(universe, len(hit))
        yield from (((trials, j), share / len(hit)) for j in hit)


@pytest.mark.parametrize("scans", [0, 100], ids=["sorted", "scanned"])
@pytest.mark.parametrize("negatives", ["non_positives", "others"])
@pytest.mark.parametrize("skipped", ["free", "counted"])
@pytest.mark.parametrize("replacement", [False, True])
@pytest.mark.parametrize("max_trials", [None, 2])
def test_trials_and_violator_have_their_joint_law(monkeypatch, scans, negatives, skipped, replacement, max_trials):
    monkeypatch.setattr(violators, "SCANS_PER_SORT", scans)
    scores = [0.5, 0.25, -1.0, 1.0, 0.75, -0.25, 0.0, 2.0, 0.5]
    positive = [True, False, False, False, True, False, False, False, False]
    real = [True] * 8 + [False]
    draws = 20000
    tensors = [torch.tensor(values, device=DEVICE).expand(draws, 9) for values in (scores, positive, real)]
    problem = warp_problem(*tensors, 1.0, "margin", negatives)
    first = draw_first_violators(problem, skipped, replacement, max_trials, torch.Generator(DEVICE).manual_seed(5))
    for place, i in enumerate((0, 4)):
        candidates = [j for j in range(8) if j != i and (negatives == "others" or not positive[j])]
        universe = 8 if skipped == "counted" else len(candidates)
        law = dict(expected_law(scores, candidates, universe, i, replacement, max_trials))
        drawn = torch.stack([first.trials[:, place], first.items[:, place]], -1)[first.found[:, place]].tolist()
        observed = [drawn.count([*outcome]) for outcome in law]
        gave_up = draws - sum(observed), 1 - sum(law.values())
        table = [*zip(observed, law.values(), strict=True), *([gave_up] if gave_up[1] > 1e-9 else [])]
        frequencies, probabilities = zip(*table, strict=True)

        assert sum(frequencies) == draws
        assert stats.chisquare(frequencies, [p * draws for p in probabilities]).pvalue > FALSE_ALARM


@pytest.mark.parametrize("scans", [0, 100], ids=["sorted", "scanned"])
@pytest.mark.parametrize("items", [1, 15, 16, 300, 1025])
def test_each_violator_is_found_by_its_rank(monkeypatch, scans, items):
    monkeypatch.setattr(violators, "SCANS_PER_SORT", scans)
    monkeypatch.setattr(violators, "CPU_TILE", 700)
    scores, positives, _, _ = lists((4, items))
    problem = warp_problem(scores, positives, None, 0.5, "margin", "non_positives")
    found = violators.find_violators(problem)
    expected = (scores.unsqueeze(-2) > scores.unsqueeze(-1) - 0.5) & ~positives.unsqueeze(-2)
    ranks = [found.at(torch.full_like(found.counts, rank)) for rank in range(items)]
    for row, place in problem.filled.nonzero().tolist():
        wanted = expected[row, problem.columns[row, place]].nonzero().squeeze(-1).tolist()

        assert found.counts[row, place] == len(wanted)
        assert sorted(int(items_at[row, place]) for items_at in ranks[: len(wanted)]) == wanted


def test_a_generator_makes_draws_repeatable():
    scores, positives, _, mask = lists((20, 30))

    def draw(seed):
        return warp(scores, positives, mask=mask, generator=torch.Generator(DEVICE).manual_seed(seed))

    assert draw(1) == draw(1)
    assert draw(1) != draw(2)


@pytest.mark.parametrize("replacement", [False, True])
@pytest.mark.parametrize("negatives", ["non_positives", "others"])
def test_no_violator_and_nothing_to_try_are_zero(replacement, negatives):
    scores = torch.tensor([[5.0, 1, 2], [0, 0, 0], [1, 2, 3]], device=DEVICE, requires_grad=True)
    positives = torch.tensor([[True, False, False], [True, True, True], [False, False, False]], device=DEVICE)
    mask = torch.tensor([[True, True, True], [True, False, False], [True, True, True]], device=DEVICE)
    values = warp(scores, positives, negatives=negatives, replacement=replacement, mask=mask, reduction="none")
    values.sum().backward()

    assert values.tolist() == [0, 0, 0]
    assert (scores.grad == 0).all()


@pytest.mark.parametrize("given", [False, True])
def test_a_nan_score_makes_value_and_gradient_of_its_list_nan_and_no_other(given):
    scores, positives, order, mask = lists((3, 6))
    mask[:], positives[:] = True, torch.arange(6, device=DEVICE) < 2
    scores[0, 2], scores[1, 1], mask[1, 1] = torch.nan, torch.nan, False
    scores.requires_grad_()
    values = warp(scores, positives, order if given else None, mask=mask, reduction="none")
    values.sum().backward()

    assert values.isnan().tolist() == [True, False, False]
    assert scores.grad.isnan().any(-1).tolist() == [True, False, False]
    assert scores.grad[1, 1] == 0


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (0,)])
def test_nothing_to_rank_is_zero_and_keeps_the_graph(shape):
    scores = torch.zeros(shape, device=DEVICE, requires_grad=True)
    loss = warp(scores, torch.zeros(shape, device=DEVICE))
    loss.backward()

    assert loss.item() == 0
    assert scores.grad.shape == shape
