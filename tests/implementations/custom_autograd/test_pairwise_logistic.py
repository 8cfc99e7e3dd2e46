"""Pairwise logistic loss by series and by tiles."""

from __future__ import annotations

import itertools
import math

import pytest
import torch

from rankproof.implementations.custom_autograd import sigmoid_series, sigmoid_tiles
from rankproof.implementations.custom_autograd.grade_groups import grade_groups
from rankproof.implementations.custom_autograd.logistic_series import series_sums
from rankproof.implementations.custom_autograd.logistic_sums import MOMENTS_PER_ITEM
from rankproof.implementations.custom_autograd.pairwise_logistic import pairwise_logistic
from tests.implementations import definitions
from tests.implementations.definitions import DEVICE, holds

CONVENTIONS = list(itertools.product(["natural", "two"], ["out", "half"], ["none", "list_pairs", "batch_pairs"]))


def lists(shape=(3, 9), dtype=torch.float64, seed=0, grades=4):
    """Scores, grades that are all equal in the second list, and a mask."""
    generator = torch.Generator().manual_seed(seed)
    scores = torch.randn(shape, generator=generator, dtype=torch.float64)
    relevance = torch.randint(0, grades, shape, generator=generator)
    relevance.view(-1, shape[-1])[1:2] = 2
    mask = torch.rand(shape, generator=generator) > 0.3
    return scores.to(DEVICE, dtype), relevance.to(DEVICE), mask.to(DEVICE)


@pytest.fixture(params=["tiles", "series"])
def way(request, monkeypatch):
    """Both ways at sizes that a test can afford: many small tiles, and a series where it does not pay."""
    monkeypatch.setattr(sigmoid_tiles, "CPU_TILE", 16)
    monkeypatch.setattr(sigmoid_tiles, "CUDA_TILE", 16)
    monkeypatch.setattr(sigmoid_series, "CHEAPER_THAN", 0.2 if request.param == "series" else 1e9)
    return request.param


@pytest.mark.parametrize(("base", "ties", "normalization"), CONVENTIONS)
def test_every_convention_with_nan_in_the_padding(base, ties, normalization, way):
    for dtype, shape in ((torch.float64, (3, 9)), (torch.float32, (2, 21))):
        scores, relevance, mask = lists(shape, dtype)
        scores[~mask] = torch.nan
        options = {"base": base, "ties": ties, "normalization": normalization, "temperature": 0.5}

        holds(pairwise_logistic, definitions.pairwise_logistic, (scores, relevance), mask=mask, **options)


@pytest.mark.parametrize("ties", ["out", "half"])
@pytest.mark.parametrize("reduction", ["none", "sum", "mean"])
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.float16, torch.bfloat16])
def test_every_reduction_of_any_batch_axes(reduction, dtype, ties, way):
    scores, relevance, _ = lists((2, 1, 3, 5), dtype)

    holds(pairwise_logistic, definitions.pairwise_logistic, (scores, relevance), reduction=reduction, ties=ties)


@pytest.mark.parametrize("items", [1, 2, 3, 4, 5, 16, 33])
def test_lists_of_any_length_fill_tiles_and_parts_of_tiles(items, way):
    scores, relevance, _ = lists((5, items))

    holds(pairwise_logistic, definitions.pairwise_logistic, (scores, relevance), ties="half")


@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize("grades", [2, 7, 10**6])
@pytest.mark.parametrize("temperature", [0.05, 1.0, 40.0])
@pytest.mark.parametrize("offset", [0.0, -50.0])
def test_the_series_is_closer_than_float32_can_tell(temperature, offset, grades, tied, monkeypatch):
    monkeypatch.setattr(sigmoid_series, "CHEAPER_THAN", 1)
    scores, relevance, mask = lists((4, 600), torch.float32, grades=grades)
    scores = (scores + offset).requires_grad_()
    series = sigmoid_series.series_of(scores.detach(), temperature)
    groups = grade_groups(relevance, mask)
    values, gradient = series_sums(series, groups, mask.float(), tied)
    options = {"temperature": temperature, "ties": "half" if tied else "out", "mask": mask, "reduction": "none"}
    exact = scores.detach().double().requires_grad_()
    expected = definitions.pairwise_logistic(exact, relevance, **options)
    (wanted,) = torch.autograd.grad(expected.sum(), exact)

    assert (values - expected).abs().max() < 600**2 / 2 * sigmoid_series.ERROR
    assert ((gradient - wanted) * mask).abs().max() < 2 * 600 * sigmoid_series.ERROR / temperature


def test_too_many_grades_for_a_long_series_go_by_tiles_and_agree():
    generator = torch.Generator().manual_seed(3)
    scores = 4 * torch.randn((1, 700), generator=generator)
    relevance = torch.rand((1, 700), generator=generator)

    series = sigmoid_series.series_of(scores, 1.0)

    assert series is not None
    assert series.polynomials > MOMENTS_PER_ITEM
    holds(pairwise_logistic, definitions.pairwise_logistic, (scores.to(DEVICE), relevance.to(DEVICE)))


def test_scores_out_of_the_reach_of_a_series_agree():
    scores, relevance, _ = lists((2, 300), torch.float32)
    scores[0, 0], scores[0, 1] = 1e4, -1e4

    holds(pairwise_logistic, definitions.pairwise_logistic, (scores, relevance))


@pytest.mark.parametrize("ties", ["out", "half"])
def test_an_item_alone_costs_exactly_nothing(ties, way):
    scores, relevance, mask = lists((2, 40), torch.float32)
    mask[0], mask[0, 7] = False, True
    scores.requires_grad_()
    values = pairwise_logistic(scores, relevance, mask=mask, ties=ties, reduction="none")
    values.sum().backward()

    assert values[0] == 0
    assert (scores.grad[0] == 0).all()


def test_a_settled_list_costs_nothing_below_zero(way):
    scores = torch.linspace(-30, 30, 400, device=DEVICE).requires_grad_()
    relevance = torch.arange(400, device=DEVICE) >= 200
    spread = torch.where(relevance, scores + 30, scores - 30)

    assert pairwise_logistic(spread, relevance) >= 0


def test_a_less_relevant_item_at_minus_infinity_costs_nothing(way):
    scores = torch.tensor([1.0, -math.inf, -math.inf, 0.5], device=DEVICE, requires_grad=True)
    loss = pairwise_logistic(scores, torch.tensor([1, 0, 0, 0], device=DEVICE))
    loss.backward()

    torch.testing.assert_close(loss.item(), math.log1p(math.exp(-0.5)))
    assert scores.grad[1:3].tolist() == [0, 0]


def test_a_nan_score_makes_value_and_gradient_of_its_list_nan_and_no_other(way):
    scores, relevance, mask = lists((3, 6), torch.float32)
    mask[:] = True
    scores[0, 2], scores[1, 1], mask[1, 1] = torch.nan, torch.nan, False
    scores.requires_grad_()
    values = pairwise_logistic(scores, relevance, mask=mask, reduction="none")
    values.sum().backward()

    assert values.isnan().tolist() == [True, False, False]
    assert scores.grad.isnan().any(-1).tolist() == [True, False, False]


def test_a_second_derivative_is_refused_with_a_way_out():
    scores, relevance, _ = lists()
    scores.requires_grad_()
    (gradient,) = torch.autograd.grad(pairwise_logistic(scores, relevance), scores, create_graph=True)

    with pytest.raises(RuntimeError, match=r"pairwise_logistic: .* no second derivative; use .* variant='vectorized'"):
        gradient.sum().backward()
