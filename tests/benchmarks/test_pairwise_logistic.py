"""Pairwise logistic loss: a series or tiles against all pairs at once."""

from __future__ import annotations

import pytest
import torch

from tests.benchmarks.contest import DEVICES, DIRECTIONS, OURS, Contest, skip_infeasible, variant
from tests.benchmarks.opponents.pairwise_logistic import broadcast_logistic, cross_entropy_of_pairs

BY_PEOPLE = {"broadcast": broadcast_logistic, "torch cross-entropy of the pairs": cross_entropy_of_pairs}


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("grades", [2, 5])
@pytest.mark.parametrize("spread", [1.0, 100.0])
@pytest.mark.parametrize(("lists", "items"), [(1, 64), (32, 1024), (2, 8192)])
@pytest.mark.parametrize("row", [*OURS, *BY_PEOPLE])
def test_pairwise_logistic(benchmark, row, lists, items, spread, grades, direction, device):
    skip_infeasible(row, lists * items**2, direction, device, also_large=grades == 2 and spread == 1)
    generator = torch.Generator().manual_seed(0)
    scores = (spread * torch.randn(lists, items, generator=generator)).to(device).requires_grad_()
    relevance = torch.randint(0, grades, (lists, items), generator=generator).float().to(device)
    expected = variant("custom_autograd", "pairwise_logistic", device)(scores, relevance).detach()
    group = f"pairwise_logistic, {lists} x {items}, {grades} grades, scores x {spread:g}, {direction}, {device}"
    contest = Contest(group, (scores,), direction, device, expected)
    compute = BY_PEOPLE.get(row) or variant(row, "pairwise_logistic", device)
    contest.enter(benchmark, row, lambda: compute(scores, relevance))
