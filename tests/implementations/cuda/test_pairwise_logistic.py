"""The kernel of the pairwise logistic loss: values, gradients, and tiles of every size."""

from __future__ import annotations

import itertools
import math

import pytest
import torch

from rankproof.implementations.cuda import launch
from rankproof.implementations.cuda.pairwise_logistic import pairwise_logistic
from tests.implementations import definitions
from tests.implementations.definitions import DEVICE, cut_into_tiles, holds

CONVENTIONS = list(itertools.product(["natural", "two"], ["out", "half"], ["none", "list_pairs", "batch_pairs"]))


def lists(shape=(3, 6), dtype=torch.float64, seed=0):
    generator = torch.Generator().manual_seed(seed)
    scores = 2 * torch.randn(shape, generator=generator, dtype=torch.float64).to(DEVICE, dtype)
    relevance = torch.randint(0, 4, shape, generator=generator).to(DEVICE)
    mask = (torch.rand(shape, generator=generator) > 0.3).to(DEVICE)
    return scores, relevance, mask


@pytest.mark.parametrize(("base", "ties", "normalization"), CONVENTIONS)
def test_every_convention_with_nan_in_the_padding(base, ties, normalization):
    scores, relevance, mask = lists()
    scores[~mask] = torch.nan
    options = {"base": base, "ties": ties, "normalization": normalization, "temperature": 0.7, "mask": mask}

    holds(pairwise_logistic, definitions.pairwise_logistic, (scores, relevance), **options)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
def test_other_dtypes(dtype):
    inputs = lists(dtype=dtype)[:2]

    holds(pairwise_logistic, definitions.pairwise_logistic, inputs, reduction="none", ties="half")


@pytest.mark.parametrize("ties", ["out", "half"])
def test_short_lists_share_tiles(ties, monkeypatch):
    monkeypatch.setattr(launch, "PAIRS_OF_A_SHARED_TILE", 32)
    scores, relevance, mask = lists((5, 3))

    holds(pairwise_logistic, definitions.pairwise_logistic, (scores, relevance), mask=mask, ties=ties)


@pytest.mark.parametrize("ties", ["out", "half"])
def test_long_lists_are_cut_into_tiles(ties, monkeypatch):
    cut_into_tiles(monkeypatch)
    scores, relevance, mask = lists((2, 21))

    holds(pairwise_logistic, definitions.pairwise_logistic, (scores, relevance), mask=mask, ties=ties)


def test_the_temperature_is_not_rounded_to_float32():
    scores, relevance, _ = lists((1, 4))

    holds(pairwise_logistic, definitions.pairwise_logistic, (scores, relevance), temperature=0.1)


def test_a_pair_in_the_right_order_costs_what_float32_can_hold():
    scores = torch.tensor([20.0, 0.0, 60.0, 0.0], device=DEVICE).reshape(2, 2)
    values = pairwise_logistic(scores, torch.tensor([[1, 0]] * 2, device=DEVICE), reduction="none")
    expected = torch.tensor([math.log1p(math.exp(-20)), math.log1p(math.exp(-60))], device=DEVICE)

    torch.testing.assert_close(values, expected, rtol=1e-5, atol=0)


@pytest.mark.parametrize("ties", ["out", "half"])
@pytest.mark.parametrize("relevance", [0, 1])
def test_a_nan_score_makes_its_list_nan_and_no_other(relevance, ties):
    scores = torch.tensor([[torch.nan], [0.0]], device=DEVICE)
    grades = torch.full((2, 1), relevance, device=DEVICE)
    values = pairwise_logistic(scores, grades, ties=ties, reduction="none")

    assert values.isnan().tolist() == [True, False]


@pytest.mark.parametrize("dtype", [torch.bool, torch.uint8, torch.int64, torch.bfloat16])
def test_relevance_of_any_dtype(dtype):
    scores, relevance, _ = lists((1, 5))

    holds(pairwise_logistic, definitions.pairwise_logistic, (scores, (relevance % 2).to(dtype)))


def test_a_second_derivative_is_refused_with_a_way_out():
    scores, relevance, _ = lists()
    scores.requires_grad_()
    (gradient,) = torch.autograd.grad(pairwise_logistic(scores, relevance), scores, create_graph=True)

    with pytest.raises(RuntimeError, match=r"pairwise_logistic: got a second derivative .* the variant 'vectorized'"):
        gradient.sum().backward()
