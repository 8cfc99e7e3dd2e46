"""Pairwise hinge: counting by sorting against all pairs at once."""

from __future__ import annotations

import pytest
import torch

from tests.benchmarks.contest import DEVICES, DIRECTIONS, OURS, Contest, skip_infeasible, variant
from tests.benchmarks.opponents.pairwise_hinge import broadcast_hinge, torch_hinge_of_pairs

SIZES = [(1, 64), (32, 1024), (2, 8192)]
BY_PEOPLE = {"broadcast": broadcast_hinge, "torch margin_ranking_loss of the pairs": torch_hinge_of_pairs}


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("grades", [2, 5])
@pytest.mark.parametrize(("lists", "items"), SIZES)
@pytest.mark.parametrize("row", [*OURS, *BY_PEOPLE])
def test_pairwise_hinge(benchmark, row, lists, items, grades, direction, device):
    skip_infeasible(row, lists * items**2, direction, device, also_large=grades == 2)
    scores, relevance = batch(lists, items, grades, device)
    expected = variant("custom_autograd", "pairwise_hinge", device)(scores, relevance).detach()
    group = f"pairwise_hinge, {lists} x {items}, {grades} grades, {direction}, {device}"
    contest = Contest(group, (scores,), direction, device, expected)
    compute = BY_PEOPLE.get(row) or variant(row, "pairwise_hinge", device)
    contest.enter(benchmark, row, lambda: compute(scores, relevance))


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("negatives", ["hardest", "semi_hard"])
@pytest.mark.parametrize(("lists", "items"), SIZES)
@pytest.mark.parametrize("row", OURS)
def test_hard_negatives(benchmark, row, lists, items, negatives, device):
    skip_infeasible(row, lists * items**2, "forward+backward", device)
    scores, relevance = batch(lists, items, 5, device)
    expected = variant("custom_autograd", "pairwise_hinge", device)(scores, relevance, negatives=negatives).detach()
    group = f"pairwise_hinge, {lists} x {items}, {negatives}, forward+backward, {device}"
    contest = Contest(group, (scores,), "forward+backward", device, expected)
    compute = variant(row, "pairwise_hinge", device)
    contest.enter(benchmark, row, lambda: compute(scores, relevance, negatives=negatives))


def batch(lists, items, grades, device):
    """Normal scores and uniform grades."""
    generator = torch.Generator().manual_seed(0)
    scores = torch.randn(lists, items, generator=generator)
    relevance = torch.randint(0, grades, (lists, items), generator=generator).float()
    return scores.to(device).requires_grad_(), relevance.to(device)
