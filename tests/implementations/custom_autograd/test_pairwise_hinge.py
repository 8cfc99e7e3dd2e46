"""The pairwise hinge loss by counting."""

from __future__ import annotations

import itertools

import pytest
import torch

from rankproof.implementations.custom_autograd import active_pairs
from rankproof.implementations.custom_autograd.pairwise_hinge import pairwise_hinge
from tests.implementations import definitions
from tests.implementations.definitions import DEVICE, holds

NEGATIVES = ["all", "hardest", "semi_hard"]
CONVENTIONS = list(itertools.product(NEGATIVES, ["none", "list_pairs", "batch_pairs"]))


def lists(shape=(3, 13), grades=4, dtype=torch.float64, seed=0):
    """Scores that are never tied, grades that are, and a mask."""
    generator = torch.Generator().manual_seed(seed)
    scores = torch.randn(shape, generator=generator, dtype=torch.float64)
    relevance = torch.randint(0, grades, shape, generator=generator)
    mask = torch.rand(shape, generator=generator) > 0.3
    return scores.to(DEVICE, dtype), relevance.to(DEVICE), mask.to(DEVICE)


@pytest.fixture(params=["counted", "compared"])
def way(request, monkeypatch):
    """Lists that a test can afford are compared pair by pair; they are also to be counted as longer ones are."""
    monkeypatch.setattr(active_pairs, "FEW_PAIRS", 0 if request.param == "counted" else 1 << 30)


@pytest.mark.parametrize("grades", [2, 3, 5, 9, 1000])
@pytest.mark.parametrize(("negatives", "normalization"), CONVENTIONS)
def test_every_convention_and_any_number_of_grades(negatives, normalization, grades, way):
    for seed, items in enumerate([1, 2, 13, 40]):
        scores, relevance, mask = lists((3, items), grades, seed=seed)
        padded = scores.masked_fill(~mask, torch.nan)
        options = {"negatives": negatives, "normalization": normalization, "margin": 0.75}

        holds(pairwise_hinge, definitions.pairwise_hinge, (padded, relevance), mask=mask, **options)
        holds(pairwise_hinge, definitions.pairwise_hinge, (scores, relevance), **options)


@pytest.mark.parametrize("negatives", NEGATIVES)
@pytest.mark.parametrize("reduction", ["none", "sum", "mean"])
def test_every_reduction_of_any_batch_axes(negatives, reduction, way):
    scores, relevance, mask = lists((2, 1, 3, 5))

    options = {"negatives": negatives, "reduction": reduction, "mask": mask}

    holds(pairwise_hinge, definitions.pairwise_hinge, (scores, relevance), **options)


@pytest.mark.parametrize("relevance_dtype", [torch.bool, torch.uint8, torch.int64, torch.float32, torch.bfloat16])
def test_binary_relevance_of_every_dtype(relevance_dtype, way):
    scores, relevance, mask = lists(grades=2)

    holds(pairwise_hinge, definitions.pairwise_hinge, (scores, relevance.to(relevance_dtype)), mask=mask)


@pytest.mark.parametrize("relevance", [[0.0, 0.5, 0.25, 0.5], [1e-30, 1e30, 0.0, 1.0], [7.0, 8.0, 9.0, 7.0]])
def test_real_valued_grades(relevance, way):
    scores = torch.tensor([[0.3, -0.2, 0.9, 0.1]], dtype=torch.float64, device=DEVICE)

    holds(pairwise_hinge, definitions.pairwise_hinge, (scores, torch.tensor([relevance], device=DEVICE)))


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.float16, torch.bfloat16])
@pytest.mark.parametrize("grades", [2, 5])
def test_ties_and_pairs_exactly_at_the_margin_are_exact_in_every_dtype(dtype, grades, way):
    generator = torch.Generator().manual_seed(3)
    scores = torch.randint(-6, 7, (4, 30), generator=generator) / 2
    relevance = torch.randint(0, grades, (4, 30), generator=generator)
    scores, relevance = scores.to(DEVICE, dtype).requires_grad_(), relevance.to(DEVICE)
    lead = scores.detach().double().unsqueeze(-1) - scores.detach().double().unsqueeze(-2)
    pays = (relevance.unsqueeze(-1) > relevance.unsqueeze(-2)) & (lead < 0.5)
    values = pairwise_hinge(scores, relevance, margin=0.5, reduction="none")
    values.sum().backward()

    # Half of the pairs of a grid are within a step of the margin, and many on it.
    assert (lead == 0.5).sum() > 100
    assert torch.equal(scores.grad, (pays.sum(-2) - pays.sum(-1)).to(dtype))
    assert torch.equal(values.double(), ((0.5 - lead) * pays).sum((-2, -1)).to(dtype).double())


@pytest.mark.parametrize(("spread", "offset"), [(1, -50), (1, 1e4), (1e4, 0), (100, -1e4)])
@pytest.mark.parametrize("grades", [2, 5])
def test_float32_keeps_its_digits_at_an_offset(spread, offset, grades, way):
    scores, relevance, _ = lists((4, 500), grades)
    scores = (scores * spread + offset).float()
    values = pairwise_hinge(scores, relevance, reduction="none")
    expected = definitions.pairwise_hinge(scores, relevance, reduction="none")

    # One rounding of the result, for the scores that it was given.
    torch.testing.assert_close(values.double(), expected, rtol=2**-23, atol=0)


def test_an_outlier_costs_the_other_scores_no_digits(way):
    scores = torch.tensor([[1e12, 0.3, 0.1, 0.7]], dtype=torch.float64, device=DEVICE)
    relevance = torch.tensor([[2, 1, 0, 0]], device=DEVICE)

    assert pairwise_hinge(scores, relevance).item() == pytest.approx((1 - 0.2) + (1 + 0.4), rel=1e-15)


@pytest.mark.parametrize("negatives", NEGATIVES)
def test_an_infinite_score_in_no_active_pair_adds_nothing(negatives, way):
    scores = torch.tensor([torch.inf, 0.5, 0.25, -torch.inf], device=DEVICE, requires_grad=True)
    loss = pairwise_hinge(scores, torch.tensor([2, 1, 0, 0], device=DEVICE), negatives=negatives)
    loss.backward()

    assert loss.item() == 0.75
    assert scores.grad.tolist() == [0, -1, 1, 0]


@pytest.mark.parametrize("negatives", NEGATIVES)
def test_a_nan_score_makes_value_and_gradient_of_its_list_nan_and_no_other(negatives, way):
    scores, relevance, mask = lists((3, 5), dtype=torch.float32)
    mask[:], scores[:] = True, torch.arange(5.0)
    scores[0, 2], scores[1, 1], mask[1, 1] = torch.nan, torch.nan, False
    scores.requires_grad_()
    values = pairwise_hinge(scores, relevance, negatives=negatives, mask=mask, reduction="none")
    values.sum().backward()

    assert values.isnan().tolist() == [True, False, False]
    assert scores.grad.isnan().any(-1).tolist() == [True, False, False]
    assert scores.grad[1, 1] == 0


@pytest.mark.parametrize("negatives", NEGATIVES)
@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (0,)])
def test_nothing_to_rank_is_zero_and_keeps_the_graph(negatives, shape):
    scores = torch.zeros(shape, device=DEVICE, requires_grad=True)
    loss = pairwise_hinge(scores, torch.zeros(shape, device=DEVICE), negatives=negatives, normalization="batch_pairs")
    loss.backward()

    assert loss.item() == 0
    assert scores.grad.shape == shape
