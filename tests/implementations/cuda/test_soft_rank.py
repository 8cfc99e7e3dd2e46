"""The soft rank kernels: ranks, gradients, and the lists that have nothing to rank."""

from __future__ import annotations

import itertools

import pytest
import torch

from rankproof.implementations.cuda import launch
from rankproof.implementations.cuda.soft_rank import soft_rank
from tests.implementations import definitions
from tests.implementations.definitions import DEVICE, cut_into_tiles, holds

CONVENTIONS = list(itertools.product(["descending", "ascending"], ["one", "zero"]))


def lists(shape=(3, 6), dtype=torch.float64, seed=0):
    """Scores and a mask."""
    generator = torch.Generator().manual_seed(seed)
    scores = 2 * torch.randn(shape, generator=generator, dtype=torch.float64)
    return scores.to(DEVICE, dtype), (torch.rand(shape, generator=generator) > 0.3).to(DEVICE)


@pytest.mark.parametrize(("direction", "first_rank"), CONVENTIONS)
def test_every_convention_with_nan_in_the_padding(direction, first_rank):
    scores, mask = lists()
    scores[~mask] = torch.nan
    options = {"direction": direction, "first_rank": first_rank, "mask": mask}

    holds(soft_rank, definitions.soft_rank, (scores,), temperature=0.7, **options)


@pytest.mark.parametrize("reduction", ["none", "sum", "mean"])
def test_every_reduction_of_any_batch_axes(reduction):
    scores, mask = lists((2, 1, 2, 5))

    holds(soft_rank, definitions.soft_rank, (scores,), mask=mask, reduction=reduction)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
def test_other_dtypes(dtype):
    holds(soft_rank, definitions.soft_rank, lists(dtype=dtype)[:1])


def test_short_lists_share_tiles(monkeypatch):
    monkeypatch.setattr(launch, "PAIRS_OF_A_SHARED_TILE", 32)
    scores, mask = lists((5, 3))

    holds(soft_rank, definitions.soft_rank, (scores,), mask=mask)


def test_long_lists_are_cut_into_tiles(monkeypatch):
    cut_into_tiles(monkeypatch)
    scores, mask = lists((2, 21))

    holds(soft_rank, definitions.soft_rank, (scores,), mask=mask, temperature=0.5)


def test_the_temperature_is_not_rounded_to_float32():
    holds(soft_rank, definitions.soft_rank, lists((1, 4))[:1], temperature=0.1)


def test_a_nan_score_makes_its_list_nan_and_no_other():
    scores = torch.tensor([[torch.nan], [0.0]], device=DEVICE)

    assert soft_rank(scores).isnan().tolist() == [[True], [False]]


@pytest.mark.parametrize("shape", [(0, 3), (2, 0), (0,)])
def test_nothing_to_rank_keeps_the_graph(shape):
    scores = torch.zeros(shape, device=DEVICE, requires_grad=True)
    ranks = soft_rank(scores)
    ranks.sum().backward()

    assert ranks.shape == shape
    assert scores.grad.shape == shape


def test_strided_lists():
    scores, mask = (tensor.t() for tensor in lists((6, 3)))

    assert not scores.is_contiguous()
    holds(soft_rank, definitions.soft_rank, (scores,), mask=mask)


def test_a_strided_upstream_gradient():
    scores, _ = lists((3, 5))
    dense, strided = (scores.clone().requires_grad_() for _ in range(2))
    upstream = lists((5, 3), seed=1)[0]
    soft_rank(dense).backward(upstream.t().contiguous())
    soft_rank(strided).backward(upstream.t())

    torch.testing.assert_close(strided.grad, dense.grad)


def test_vmap_of_the_gradient():
    scores, _ = lists((3, 5))

    def gradient(s):
        return torch.func.grad(lambda x: soft_rank(x).square().sum())(s)

    mapped = torch.func.vmap(gradient)(scores)
    direct = torch.func.grad(lambda x: soft_rank(x).square().sum())(scores)

    torch.testing.assert_close(mapped, direct)
