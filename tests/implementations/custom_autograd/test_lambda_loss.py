"""LambdaLoss in tiles: lists of several tiles, each weighting and truncation, and infinite scores."""

from __future__ import annotations

import pytest
import torch

from rankproof.implementations.custom_autograd import lambda_loss_tiles
from tests.calls import implementation
from tests.implementations.definitions import DEVICE

WEIGHTINGS = ["lambda_rank", "ndcg_loss1", "ndcg_loss2", "ndcg_loss2pp"]
ours, broadcast = (implementation(variant, "lambda_loss") for variant in ("custom_autograd", "vectorized"))


def agree(scores, relevance, **options):
    """Value and gradient are those of the matrices of all pairs."""
    found = []
    for loss in (ours, broadcast):
        leaf = scores.clone().requires_grad_()
        values = loss(leaf, relevance, reduction="none", **options)
        values.backward(torch.arange(1.0, values.numel() + 1, dtype=values.dtype, device=DEVICE).view(values.shape))
        found.append((values.detach(), leaf.grad))

    torch.testing.assert_close(*found, rtol=1e-10, atol=1e-12)


def lists(shape, seed=0):
    """Lists with tied scores, and a mask."""
    generator = torch.Generator().manual_seed(seed)
    scores = torch.randn(shape, generator=generator, dtype=torch.float64).mul(8).round().div(4).to(DEVICE)
    relevance = torch.randint(0, 4, shape, generator=generator).to(DEVICE)
    return scores, relevance, (torch.rand(shape, generator=generator) > 0.3).to(DEVICE)


@pytest.fixture(autouse=True)
def _small_tiles(monkeypatch):
    """Tiles of 4 by 4 pairs."""
    monkeypatch.setattr(lambda_loss_tiles, "CPU_TILE", 16)
    monkeypatch.setattr(lambda_loss_tiles, "CUDA_TILE", 16)


@pytest.mark.parametrize("weighting", WEIGHTINGS)
@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize(
    ("k", "truncation"), [(None, "both"), (6, "both"), (6, "either"), (6, "metric"), (40, "either")]
)
def test_lists_of_several_tiles(weighting, masked, k, truncation):
    scores, relevance, mask = lists((3, 21))

    agree(
        scores,
        relevance,
        mask=mask if masked else None,
        weighting=weighting,
        k=k,
        truncation=truncation,
        sigma=0.7,
        scaling="list_size",
    )


@pytest.mark.parametrize("weighting", WEIGHTINGS)
def test_short_lists_share_tiles(weighting):
    scores, relevance, mask = lists((9, 2))

    agree(scores, relevance, mask=mask, weighting=weighting)


@pytest.mark.parametrize("weighting", WEIGHTINGS)
def test_items_at_minus_infinity_cost_nothing_where_they_are_irrelevant(weighting):
    scores = torch.tensor([1.0, -torch.inf, 0.0, -torch.inf], device=DEVICE, requires_grad=True)
    loss = ours(scores, torch.tensor([1, 0, 2, 0], device=DEVICE), weighting=weighting)
    loss.backward()

    assert loss.isfinite()
    assert scores.grad.isfinite().all()
    assert scores.grad[[1, 3]].tolist() == [0, 0]


def test_padding_comes_after_items_at_minus_infinity():
    scores = torch.tensor([torch.nan, -torch.inf, 0.0], device=DEVICE)
    mask = torch.tensor([False, True, True], device=DEVICE)
    relevance = torch.tensor([3, 0, 1], device=DEVICE)
    with_padding = ours(scores, relevance, mask=mask, weighting="ndcg_loss1")

    torch.testing.assert_close(with_padding, ours(scores[1:], relevance[1:], weighting="ndcg_loss1"))


def test_a_second_derivative_is_refused_and_says_what_to_do():
    scores = torch.zeros(2, device=DEVICE, requires_grad=True)
    (gradient,) = torch.autograd.grad(ours(scores, torch.tensor([1, 0], device=DEVICE)), scores, create_graph=True)

    with pytest.raises(RuntimeError, match="variant='vectorized'"):
        gradient.sum().backward()
