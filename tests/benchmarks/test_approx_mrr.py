"""ApproxMRR: one sum of sigmoids, or a series or tiles, against the matrix of sigmoids."""

from __future__ import annotations

import pytest
import torch

from tests.benchmarks.contest import DEVICES, DIRECTIONS, OURS, Contest, skip_infeasible, variant
from tests.benchmarks.opponents.approx_mrr import broadcast_mrr


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("several", ["best", "mean"])
@pytest.mark.parametrize(("lists", "items"), [(1, 64), (32, 1024), (2, 8192)])
@pytest.mark.parametrize("row", [*OURS, "broadcast"])
def test_approx_mrr(benchmark, row, lists, items, several, direction, device):
    skip_infeasible(row, lists * items**2, direction, device)
    generator = torch.Generator().manual_seed(0)
    scores = torch.randn(lists, items, generator=generator).to(device).requires_grad_()
    positives = (torch.rand(lists, items, generator=generator) < 0.1).to(device)
    positives[:, 0] = True
    expected = variant("custom_autograd", "approx_mrr", device)(scores, positives, several=several).detach()
    group = f"approx_mrr, {lists} x {items}, {several}, {direction}, {device}"
    contest = Contest(group, (scores,), direction, device, expected)
    if row == "broadcast":
        contest.enter(benchmark, row, lambda: broadcast_mrr(scores, positives, several))
    else:
        compute = variant(row, "approx_mrr", device)
        contest.enter(benchmark, row, lambda: compute(scores, positives, several=several))
