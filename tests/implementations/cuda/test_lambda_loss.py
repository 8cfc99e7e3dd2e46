"""The LambdaLoss kernel: each weighting and truncation, lists that share tiles and lists that are cut into them."""

from __future__ import annotations

import pytest
import torch

from rankproof.implementations.cuda import launch
from rankproof.implementations.cuda.lambda_loss import lambda_loss
from tests.calls import implementation
from tests.implementations.definitions import DEVICE, cut_into_tiles

WEIGHTINGS = ["lambda_rank", "ndcg_loss1", "ndcg_loss2", "ndcg_loss2pp"]
TRUNCATIONS = [(None, "both"), (3, "both"), (3, "either"), (3, "metric")]
broadcast = implementation("vectorized", "lambda_loss")


def agree(scores, relevance, tolerance=1e-10, **options):
    """Value and gradient are those of the matrices of all pairs."""
    found = []
    for loss in (lambda_loss, broadcast):
        leaf = scores.clone().requires_grad_()
        values = loss(leaf, relevance, reduction="none", **options)
        values.backward(torch.arange(1, values.numel() + 1, device=DEVICE).view(values.shape).to(values.dtype))
        found.append((values.detach(), leaf.grad))

    torch.testing.assert_close(*found, rtol=tolerance, atol=tolerance)


def lists(shape, seed=0):
    """Lists with tied scores, of which the first has nothing relevant, and a mask."""
    generator = torch.Generator().manual_seed(seed)
    scores = torch.randn(shape, generator=generator, dtype=torch.float64).mul(8).round().div(4).to(DEVICE)
    relevance = torch.randint(0, 4, shape, generator=generator).to(DEVICE)
    relevance[0] = 0
    return scores, relevance, (torch.rand(shape, generator=generator) > 0.3).to(DEVICE)


@pytest.mark.parametrize("weighting", WEIGHTINGS)
@pytest.mark.parametrize(("k", "truncation"), TRUNCATIONS)
def test_short_lists_share_tiles(weighting, k, truncation, monkeypatch):
    monkeypatch.setattr(launch, "PAIRS_OF_A_SHARED_TILE", 32)
    scores, relevance, mask = lists((4, 5))

    agree(scores, relevance, mask=mask, weighting=weighting, k=k, truncation=truncation, sigma=0.7)


@pytest.mark.parametrize("weighting", WEIGHTINGS)
@pytest.mark.parametrize(("k", "truncation"), TRUNCATIONS)
def test_long_lists_are_cut_into_tiles(weighting, k, truncation, monkeypatch):
    cut_into_tiles(monkeypatch)
    scores, relevance, mask = lists((2, 21))

    agree(scores, relevance, mask=mask, weighting=weighting, k=k, truncation=truncation)


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 1e-5), (torch.float16, 2e-3), (torch.bfloat16, 2e-2)])
def test_other_dtypes(dtype, tolerance):
    scores, relevance, _ = lists((3, 6))

    agree(scores.to(dtype), relevance, tolerance)


@pytest.mark.parametrize("shape", [(0, 3), (2, 0), (0,)])
def test_nothing_to_rank_is_a_zero_that_keeps_the_graph(shape):
    scores = torch.zeros(shape, device=DEVICE, requires_grad=True)
    loss = lambda_loss(scores, torch.zeros(shape, device=DEVICE))
    loss.backward()

    assert loss.item() == 0
    assert scores.grad.shape == shape


def test_a_second_derivative_is_refused_and_says_what_to_do():
    scores = torch.zeros(2, device=DEVICE, requires_grad=True)
    (gradient,) = torch.autograd.grad(
        lambda_loss(scores, torch.tensor([1, 0], device=DEVICE)), scores, create_graph=True
    )

    with pytest.raises(RuntimeError, match="'vectorized'"):
        gradient.sum().backward()
