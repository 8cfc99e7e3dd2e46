"""The pairwise hinge kernels that compare tiles, and the scaling of their counts."""

from __future__ import annotations

import itertools

import pytest
import torch

from rankproof.implementations.cuda import launch
from rankproof.implementations.cuda.pairwise_hinge import pairwise_hinge
from tests.implementations import definitions
from tests.implementations.definitions import DEVICE, cut_into_tiles, holds

CONVENTIONS = list(itertools.product(["all", "hardest", "semi_hard"], ["none", "list_pairs", "batch_pairs"]))


def lists(shape=(3, 7), dtype=torch.float64, grades=3, seed=0):
    generator = torch.Generator().manual_seed(seed)
    scores = torch.randn(shape, generator=generator, dtype=torch.float64).to(DEVICE, dtype)
    relevance = torch.randint(0, grades, shape, generator=generator).to(DEVICE)
    mask = (torch.rand(shape, generator=generator) > 0.3).to(DEVICE)
    return scores, relevance, mask


@pytest.mark.parametrize("negatives", ["all", "hardest", "semi_hard"])
def test_short_lists_share_tiles(negatives, monkeypatch):
    monkeypatch.setattr(launch, "PAIRS_OF_A_SHARED_TILE", 32)
    scores, relevance, mask = lists((5, 3))

    holds(pairwise_hinge, definitions.pairwise_hinge, (scores, relevance), negatives=negatives, mask=mask)


@pytest.mark.parametrize(("negatives", "normalization"), CONVENTIONS)
def test_every_convention_with_nan_in_the_padding(negatives, normalization):
    scores, relevance, mask = lists()
    scores[~mask] = torch.nan
    options = {"negatives": negatives, "normalization": normalization, "mask": mask, "margin": 0.75}

    holds(pairwise_hinge, definitions.pairwise_hinge, (scores, relevance), **options)


@pytest.mark.parametrize("reduction", ["none", "sum", "mean"])
def test_every_reduction_of_any_batch_axes(reduction):
    scores, relevance, _ = lists((2, 1, 2, 5))

    holds(pairwise_hinge, definitions.pairwise_hinge, (scores, relevance), reduction=reduction)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
def test_other_dtypes(dtype):
    holds(pairwise_hinge, definitions.pairwise_hinge, lists(dtype=dtype)[:2], reduction="none")


@pytest.mark.parametrize("negatives", ["all", "hardest", "semi_hard"])
def test_long_lists_are_cut_into_tiles(negatives, monkeypatch):
    cut_into_tiles(monkeypatch)
    scores, relevance, mask = lists((2, 21), grades=5)

    holds(pairwise_hinge, definitions.pairwise_hinge, (scores, relevance), negatives=negatives, mask=mask)


def test_the_first_of_equally_hard_negatives_is_pushed_down_across_tiles(monkeypatch):
    cut_into_tiles(monkeypatch)
    scores = torch.tensor([[0.0, -1.0, 0.5, *[-1.0] * 7, 0.5, 0.0]], device=DEVICE)
    relevance = torch.tensor([[1, *[0] * 11]], device=DEVICE)

    holds(pairwise_hinge, definitions.pairwise_hinge, (scores, relevance), negatives="hardest")


def test_no_gradient_at_the_margin():
    scores = torch.tensor([1.0, 0.0, 0.25], device=DEVICE, requires_grad=True)
    loss = pairwise_hinge(scores, torch.tensor([1, 0, 0], device=DEVICE))
    loss.backward()

    assert loss.item() == 0.25
    assert scores.grad.tolist() == [-1, 0, 1]


@pytest.mark.parametrize("negatives", ["all", "hardest", "semi_hard"])
def test_a_nan_score_makes_its_list_nan_and_no_other(negatives):
    scores, relevance, mask = lists((3, 4), dtype=torch.float32)
    scores[0, 2] = scores[1, 1] = torch.nan
    mask[:] = True
    mask[1, 1] = False
    values = pairwise_hinge(scores, relevance, negatives=negatives, mask=mask, reduction="none")

    assert values.isnan().tolist() == [True, False, False]


def test_a_nan_in_a_list_without_pairs_shows():
    scores = torch.tensor([[torch.nan]], device=DEVICE)

    assert pairwise_hinge(scores, torch.ones(1, 1, device=DEVICE)).isnan()


@pytest.mark.parametrize("shape", [(0, 3), (2, 0), (0,)])
@pytest.mark.parametrize("normalization", ["none", "list_pairs", "batch_pairs"])
def test_nothing_to_compare_is_a_zero_that_keeps_the_graph(shape, normalization):
    scores = torch.zeros(shape, device=DEVICE, requires_grad=True)
    loss = pairwise_hinge(scores, torch.zeros(shape, device=DEVICE), normalization=normalization)
    loss.backward()

    assert loss.item() == 0
    assert scores.grad.shape == shape


def test_padding_alone_has_no_loss_and_no_gradient():
    scores = torch.full((1, 3), torch.nan, device=DEVICE, requires_grad=True)
    mask = torch.zeros(1, 3, dtype=torch.bool, device=DEVICE)
    loss = pairwise_hinge(scores, torch.ones(1, 3, device=DEVICE), mask=mask, validate=False)
    loss.backward()

    assert loss.item() == 0
    assert scores.grad.tolist() == [[0, 0, 0]]


@pytest.mark.parametrize("dtype", [torch.bool, torch.uint8, torch.int64, torch.float16, torch.float64])
def test_relevance_of_any_dtype(dtype):
    scores, relevance, _ = lists((1, 5), grades=2)

    holds(pairwise_hinge, definitions.pairwise_hinge, (scores, relevance.to(dtype)))


def test_grades_beyond_float32_are_compared_as_they_are():
    scores = torch.tensor([0.0, 0.0], device=DEVICE)
    relevance = torch.tensor([2**40, 2**40 + 1], device=DEVICE)

    assert pairwise_hinge(scores, relevance).item() == 1


def test_strided_lists():
    scores, relevance, mask = (tensor.t() for tensor in lists((6, 3)))

    assert not scores.is_contiguous()
    holds(pairwise_hinge, definitions.pairwise_hinge, (scores, relevance), mask=mask)


def test_vmap_of_the_gradient():
    scores, relevance, _ = lists((3, 5))

    def gradient(s, y):
        return torch.func.grad(lambda x: pairwise_hinge(x, y, normalization="list_pairs", validate=False))(s)

    mapped = torch.func.vmap(gradient)(scores, relevance)
    direct = torch.func.grad(lambda x: pairwise_hinge(x, relevance, normalization="list_pairs", reduction="sum"))(
        scores
    )

    torch.testing.assert_close(mapped, direct)
