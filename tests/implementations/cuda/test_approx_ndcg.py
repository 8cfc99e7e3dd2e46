"""The ApproxNDCG kernels: values, gradients, and the lists that have nothing to rank."""

from __future__ import annotations

import itertools

import pytest
import torch

from rankproof.implementations.cuda import launch
from rankproof.implementations.cuda.approx_ndcg import approx_ndcg, ideal_weights
from tests.implementations import definitions
from tests.implementations.definitions import DEVICE, cut_into_tiles, holds

CONVENTIONS = list(
    itertools.product(
        ["exponential", "linear"], ["negative", "one_minus", "metric"], ["zero", "one", "skip"], [None, 2]
    )
)


def lists(shape=(3, 6), dtype=torch.float64, seed=0):
    """Lists of which the second has nothing relevant."""
    generator = torch.Generator().manual_seed(seed)
    scores = 2 * torch.randn(shape, generator=generator, dtype=torch.float64).to(DEVICE, dtype)
    relevance = torch.randint(0, 4, shape, generator=generator).to(DEVICE)
    mask = (torch.rand(shape, generator=generator) > 0.3).to(DEVICE)
    if len(shape) == 2 and shape[0] > 1:
        relevance[1] = 0
    return scores, relevance, mask


@pytest.mark.parametrize(("gain", "form", "nothing_relevant", "k"), CONVENTIONS)
def test_every_convention_with_nan_in_the_padding(gain, form, nothing_relevant, k):
    scores, relevance, mask = lists()
    scores[~mask] = torch.nan
    options = {"gain": gain, "form": form, "nothing_relevant": nothing_relevant, "k": k, "mask": mask}

    holds(approx_ndcg, definitions.approx_ndcg, (scores, relevance), temperature=0.7, **options)


@pytest.mark.parametrize("reduction", ["none", "sum", "mean"])
def test_every_reduction_of_any_batch_axes(reduction):
    scores, relevance, _ = lists((2, 1, 2, 5))

    holds(approx_ndcg, definitions.approx_ndcg, (scores, relevance), reduction=reduction, nothing_relevant="skip")


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
def test_other_dtypes(dtype):
    holds(approx_ndcg, definitions.approx_ndcg, lists(dtype=dtype)[:2], reduction="none", k=3)


@pytest.mark.parametrize("k", [None, 2])
def test_short_lists_share_tiles(k, monkeypatch):
    monkeypatch.setattr(launch, "PAIRS_OF_A_SHARED_TILE", 32)
    scores, relevance, mask = lists((5, 3))

    holds(approx_ndcg, definitions.approx_ndcg, (scores, relevance), mask=mask, k=k)


@pytest.mark.parametrize("k", [None, 4])
def test_long_lists_are_cut_into_tiles(k, monkeypatch):
    cut_into_tiles(monkeypatch)
    scores, relevance, mask = lists((2, 21))

    holds(approx_ndcg, definitions.approx_ndcg, (scores, relevance), mask=mask, k=k, cutoff_temperature=0.5)


def test_parameters_are_not_rounded_to_float32():
    scores, relevance, _ = lists((1, 4))
    options = {"temperature": 0.1, "k": 2, "cutoff_temperature": 0.3}

    holds(approx_ndcg, definitions.approx_ndcg, (scores, relevance), **options)


def test_saturated_sigmoids_neither_overflow_nor_pull():
    scores = torch.tensor([-1e4, 1e4], device=DEVICE, requires_grad=True)
    loss = approx_ndcg(scores, torch.tensor([1, 0], device=DEVICE))
    loss.backward()

    torch.testing.assert_close(
        loss.double().cpu(), -1 / torch.tensor(3.0, dtype=torch.float64).log2(), rtol=1e-6, atol=0
    )
    assert scores.grad.tolist() == [0, 0]


def test_grades_whose_gain_overflows_are_only_compared_with_each_other():
    scores = torch.tensor([1.0, 0.0], device=DEVICE)
    huge, small = (
        approx_ndcg(scores, torch.tensor(grades, device=DEVICE)) for grades in ([600.0, 599.0], [2.0, 2.0**0.5])
    )
    weights, relevant = ideal_weights(torch.tensor([600.0, 599.0], device=DEVICE), None, "exponential", None)

    assert relevant.item()
    assert huge.isfinite()
    assert small.isfinite()
    torch.testing.assert_close(weights[0] / weights[1], torch.tensor(2.0, dtype=torch.float64, device=DEVICE))


@pytest.mark.parametrize("nothing_relevant", ["zero", "one", "skip"])
@pytest.mark.parametrize("relevance", [0, 1])
def test_a_nan_score_makes_its_list_nan_and_no_other(relevance, nothing_relevant):
    scores = torch.tensor([[torch.nan], [0.0]], device=DEVICE)
    grades = torch.full((2, 1), relevance, device=DEVICE)
    values = approx_ndcg(scores, grades, nothing_relevant=nothing_relevant, reduction="none")

    assert values.isnan().tolist() == [True, False]


@pytest.mark.parametrize("shape", [(0, 3), (2, 0), (0,)])
@pytest.mark.parametrize("nothing_relevant", ["zero", "skip"])
def test_nothing_to_rank_is_a_zero_that_keeps_the_graph(shape, nothing_relevant):
    scores = torch.zeros(shape, device=DEVICE, requires_grad=True)
    loss = approx_ndcg(scores, torch.zeros(shape, device=DEVICE), nothing_relevant=nothing_relevant)
    loss.backward()

    assert loss.item() == 0
    assert scores.grad.shape == shape


def test_padding_alone_has_nothing_relevant_whatever_it_says():
    scores = torch.full((1, 3), torch.nan, device=DEVICE, requires_grad=True)
    mask = torch.zeros(1, 3, dtype=torch.bool, device=DEVICE)
    loss = approx_ndcg(scores, torch.ones(1, 3, device=DEVICE), mask=mask, validate=False)
    loss.backward()

    assert loss.item() == 0
    assert scores.grad.tolist() == [[0, 0, 0]]


@pytest.mark.parametrize("dtype", [torch.bool, torch.uint8, torch.int64, torch.bfloat16])
def test_relevance_of_any_dtype(dtype):
    scores, relevance, _ = lists((1, 5))

    holds(approx_ndcg, definitions.approx_ndcg, (scores, (relevance % 2).to(dtype)))


def test_strided_lists():
    scores, relevance, mask = (tensor.t() for tensor in lists((6, 3)))

    assert not scores.is_contiguous()
    holds(approx_ndcg, definitions.approx_ndcg, (scores, relevance), mask=mask)


def test_vmap_of_the_gradient():
    scores, relevance, _ = lists((3, 5))

    def gradient(s, y):
        return torch.func.grad(lambda x: approx_ndcg(x, y, k=2, validate=False))(s)

    mapped = torch.func.vmap(gradient)(scores, relevance)
    direct = torch.func.grad(lambda x: approx_ndcg(x, relevance, k=2, reduction="sum"))(scores)

    torch.testing.assert_close(mapped, direct)
