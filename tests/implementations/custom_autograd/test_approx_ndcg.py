"""ApproxNDCG by series and by tiles."""

from __future__ import annotations

import itertools

import pytest
import torch

from rankproof.implementations.custom_autograd import sigmoid_series, sigmoid_tiles
from rankproof.implementations.custom_autograd.approx_ndcg import approx_ndcg
from tests.implementations import definitions
from tests.implementations.definitions import DEVICE, holds

CONVENTIONS = list(
    itertools.product(
        ["exponential", "linear"], ["negative", "one_minus", "metric"], ["zero", "one", "skip"], [None, 1, 4]
    )
)


def lists(shape=(3, 9), dtype=torch.float64, seed=0):
    """Scores, grades with nothing relevant in the second list, and a mask."""
    generator = torch.Generator().manual_seed(seed)
    scores = torch.randn(shape, generator=generator, dtype=torch.float64)
    relevance = torch.randint(0, 4, shape, generator=generator)
    relevance.view(-1, shape[-1])[1:2] = 0
    mask = torch.rand(shape, generator=generator) > 0.3
    return scores.to(DEVICE, dtype), relevance.to(DEVICE), mask.to(DEVICE)


@pytest.fixture(params=["tiles", "series"])
def way(request, monkeypatch):
    """Both ways at sizes that a test can afford: many small tiles, and a series where it does not pay."""
    monkeypatch.setattr(sigmoid_tiles, "CPU_TILE", 16)
    monkeypatch.setattr(sigmoid_tiles, "CUDA_TILE", 16)
    monkeypatch.setattr(sigmoid_series, "CHEAPER_THAN", 0.2 if request.param == "series" else 1e9)
    return request.param


@pytest.mark.parametrize(("gain", "form", "nothing_relevant", "k"), CONVENTIONS)
def test_every_convention_with_nan_in_the_padding(gain, form, nothing_relevant, k, way):
    for dtype, shape in ((torch.float64, (3, 9)), (torch.float32, (2, 21))):
        scores, relevance, mask = lists(shape, dtype)
        scores[~mask] = torch.nan
        options = {"gain": gain, "form": form, "nothing_relevant": nothing_relevant, "k": k, "temperature": 0.5}

        holds(approx_ndcg, definitions.approx_ndcg, (scores, relevance), mask=mask, **options)


@pytest.mark.parametrize("reduction", ["none", "sum", "mean"])
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.float16, torch.bfloat16])
def test_every_reduction_of_any_batch_axes(reduction, dtype, way):
    scores, relevance, _ = lists((2, 1, 3, 5), dtype)

    holds(approx_ndcg, definitions.approx_ndcg, (scores, relevance), reduction=reduction, nothing_relevant="skip")


@pytest.mark.parametrize("items", [1, 2, 3, 4, 5, 16, 33])
def test_lists_of_any_length_fill_tiles_and_parts_of_tiles(items, way):
    scores, relevance, _ = lists((5, items))

    holds(approx_ndcg, definitions.approx_ndcg, (scores, relevance), cutoff_temperature=0.5, k=2)


@pytest.mark.parametrize("temperature", [0.05, 0.3, 1.0, 40.0])
@pytest.mark.parametrize("offset", [0.0, -50.0])
def test_the_series_is_closer_than_float32_can_tell(temperature, offset, monkeypatch):
    monkeypatch.setattr(sigmoid_series, "CHEAPER_THAN", 1)
    scores, _, mask = lists((4, 600), torch.float32)
    scores, weights = scores + offset, mask.float()
    series = sigmoid_series.series_of(scores, temperature)
    slopes = torch.randn(scores.shape, generator=torch.Generator().manual_seed(1)) * weights
    lead = (scores.double().unsqueeze(-2) - scores.double().unsqueeze(-1)) / temperature
    steepness = lead.sigmoid() * (-lead).sigmoid()
    counts = (lead.sigmoid() * weights.unsqueeze(-2)).sum(-1) - weights / 2
    received, given = ((steepness * factor.unsqueeze(-2)).sum(-1) for factor in (slopes, weights))
    gradient = (received - slopes * given) / temperature

    assert series is not None
    assert (sigmoid_series.series_counts(series, weights) - counts).abs().max() < 600 * sigmoid_series.ERROR
    got = sigmoid_series.series_slopes(series, weights, slopes)
    assert (got - gradient).abs().max() < 2 * 600 * slopes.abs().max() * sigmoid_series.ERROR / temperature


@pytest.mark.parametrize("scores", [[1e4, -1e4, 0.5] * 100, [0.0] * 299 + [torch.nan], [3e38, -3e38, 0.0] * 100])
def test_scores_out_of_the_reach_of_a_series_go_by_tiles(scores):
    scores = torch.tensor([scores], device=DEVICE)

    assert sigmoid_series.series_of(scores, 1.0) is None


def test_an_infinite_score_saturates_every_sigmoid(way):
    scores = torch.tensor([[torch.inf, 0.0, 1.0, -torch.inf, 0.5]], device=DEVICE, requires_grad=True)
    relevance = torch.tensor([[0, 2, 1, 0, 0]], device=DEVICE)
    loss = approx_ndcg(scores, relevance)
    (gradient,) = torch.autograd.grad(loss, scores)
    far = torch.tensor([[1e3, 0.0, 1.0, -1e3, 0.5]], device=DEVICE, requires_grad=True)

    torch.testing.assert_close(loss, approx_ndcg(far, relevance))
    torch.testing.assert_close(gradient, torch.autograd.grad(approx_ndcg(far, relevance), far)[0])


def test_an_item_alone_has_a_gradient_of_exactly_zero(way):
    scores, relevance, mask = lists((2, 40), torch.float32)
    mask[0], mask[0, 7] = False, True
    relevance[0, 7] = 1
    scores.requires_grad_()
    values = approx_ndcg(scores, relevance, mask=mask, reduction="none")
    values.sum().backward()

    assert values[0] == -1
    assert (scores.grad[0] == 0).all()


def test_a_nan_score_makes_value_and_gradient_of_its_list_nan_and_no_other(way):
    scores, relevance, mask = lists((3, 6), torch.float32)
    mask[:] = True
    scores[0, 2], scores[1, 1], mask[1, 1] = torch.nan, torch.nan, False
    scores.requires_grad_()
    values = approx_ndcg(scores, relevance, mask=mask, reduction="none")
    values.sum().backward()

    assert values.isnan().tolist() == [True, False, False]
    assert scores.grad.isnan().any(-1).tolist() == [True, False, False]


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (0,)])
@pytest.mark.parametrize(("nothing_relevant", "value"), [("zero", 0), ("one", -1), ("skip", 0)])
def test_nothing_to_rank_has_the_value_of_nothing_relevant_and_keeps_the_graph(shape, nothing_relevant, value):
    scores = torch.zeros(shape, device=DEVICE, requires_grad=True)
    loss = approx_ndcg(scores, torch.zeros(shape, device=DEVICE), nothing_relevant=nothing_relevant)
    loss.backward()

    assert loss.item() == (0 if shape[0] == 0 and len(shape) > 1 else value)
    assert scores.grad.shape == shape


def test_a_second_derivative_is_refused_with_a_way_out():
    scores, relevance, _ = lists()
    scores.requires_grad_()
    (gradient,) = torch.autograd.grad(approx_ndcg(scores, relevance), scores, create_graph=True)

    with pytest.raises(RuntimeError, match=r"approx_ndcg: .* no second derivative; use .* variant='vectorized'"):
        gradient.sum().backward()
