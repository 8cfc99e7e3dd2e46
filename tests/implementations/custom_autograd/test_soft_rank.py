"""Soft ranks by series and by tiles."""

from __future__ import annotations

import itertools

import pytest
import torch

from rankproof.implementations.custom_autograd import sigmoid_series, sigmoid_tiles
from rankproof.implementations.custom_autograd.soft_rank import soft_rank
from tests.implementations import definitions
from tests.implementations.definitions import DEVICE, holds

CONVENTIONS = list(itertools.product(["descending", "ascending"], ["one", "zero"]))


def lists(shape=(3, 9), dtype=torch.float64, seed=0):
    """Scores and a mask."""
    generator = torch.Generator().manual_seed(seed)
    scores = torch.randn(shape, generator=generator, dtype=torch.float64)
    return scores.to(DEVICE, dtype), (torch.rand(shape, generator=generator) > 0.3).to(DEVICE)


@pytest.fixture(params=["tiles", "series"])
def way(request, monkeypatch):
    """Both ways at sizes that a test can afford: many small tiles, and a series where it does not pay."""
    monkeypatch.setattr(sigmoid_tiles, "CPU_TILE", 16)
    monkeypatch.setattr(sigmoid_tiles, "CUDA_TILE", 16)
    monkeypatch.setattr(sigmoid_series, "CHEAPER_THAN", 0.2 if request.param == "series" else 1e9)
    return request.param


@pytest.mark.parametrize(("direction", "first_rank"), CONVENTIONS)
def test_every_convention_with_nan_in_the_padding(direction, first_rank, way):
    for dtype, shape in ((torch.float64, (3, 9)), (torch.float32, (2, 21))):
        scores, mask = lists(shape, dtype)
        scores[~mask] = torch.nan
        options = {"direction": direction, "first_rank": first_rank, "temperature": 0.5}

        holds(soft_rank, definitions.soft_rank, (scores,), mask=mask, **options)


@pytest.mark.parametrize("reduction", ["none", "sum", "mean"])
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.float16, torch.bfloat16])
def test_every_reduction_of_any_batch_axes(reduction, dtype, way):
    scores, mask = lists((2, 1, 3, 5), dtype)

    holds(soft_rank, definitions.soft_rank, (scores,), mask=mask, reduction=reduction)


@pytest.mark.parametrize("items", [1, 2, 3, 4, 5, 16, 33])
def test_lists_of_any_length_fill_tiles_and_parts_of_tiles(items, way):
    holds(soft_rank, definitions.soft_rank, lists((5, items))[:1], temperature=0.7)


def test_what_reaches_the_padding_goes_no_further(way):
    scores, mask = lists((3, 20), torch.float32)
    gradients = []
    for content in (0.0, torch.nan):
        leaf = scores.clone().requires_grad_()
        upstream = torch.where(mask, 1.0 + torch.arange(20, device=DEVICE), content)
        soft_rank(leaf, mask=mask).backward(upstream)
        gradients.append(leaf.grad)

    assert torch.equal(*gradients)
    assert (gradients[0][~mask] == 0).all()


def test_a_nan_score_makes_ranks_and_gradient_of_its_list_nan_and_no_other(way):
    scores, mask = lists((3, 6), torch.float32)
    mask[:] = True
    scores[0, 2], scores[1, 1], mask[1, 1] = torch.nan, torch.nan, False
    scores.requires_grad_()
    ranks = soft_rank(scores, mask=mask)
    ranks.sum().backward()

    assert ranks.isnan().all(-1).tolist() == [True, False, False]
    assert ranks.isnan().any(-1).tolist() == [True, False, False]
    assert scores.grad.isnan().any(-1).tolist() == [True, False, False]


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (0,)])
def test_nothing_to_rank_keeps_the_graph(shape):
    scores = torch.zeros(shape, device=DEVICE, requires_grad=True)
    ranks = soft_rank(scores)
    ranks.sum().backward()

    assert ranks.shape == shape
    assert scores.grad.shape == shape


def test_a_second_derivative_is_refused_with_a_way_out():
    scores, _ = lists()
    scores.requires_grad_()
    (gradient,) = torch.autograd.grad(soft_rank(scores).square().sum(), scores, create_graph=True)

    with pytest.raises(RuntimeError, match=r"soft_rank: .* no second derivative; use .* variant='vectorized'"):
        gradient.sum().backward()
