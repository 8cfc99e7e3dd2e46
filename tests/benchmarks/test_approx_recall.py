"""ApproxRecall: a series or tiles against the matrix of sigmoids."""

from __future__ import annotations

import pytest
import torch

from tests.benchmarks.contest import DEVICES, DIRECTIONS, OURS, Contest, skip_infeasible, variant
from tests.benchmarks.opponents.approx_recall import broadcast_recall


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("k", [10, 100])
@pytest.mark.parametrize(("lists", "items"), [(1, 64), (32, 1024), (2, 8192)])
@pytest.mark.parametrize("row", [*OURS, "broadcast"])
def test_approx_recall(benchmark, row, lists, items, k, direction, device):
    skip_infeasible(row, lists * items**2, direction, device)
    generator = torch.Generator().manual_seed(0)
    scores = torch.randn(lists, items, generator=generator).to(device).requires_grad_()
    positives = (torch.rand(lists, items, generator=generator) < 0.1).to(device)
    positives[:, 0] = True
    expected = variant("custom_autograd", "approx_recall", device)(scores, positives, k=k).detach()
    group = f"approx_recall, {lists} x {items}, k = {k}, {direction}, {device}"
    contest = Contest(group, (scores,), direction, device, expected)
    if row == "broadcast":
        contest.enter(benchmark, row, lambda: broadcast_recall(scores, positives, k))
    else:
        compute = variant(row, "approx_recall", device)
        contest.enter(benchmark, row, lambda: compute(scores, positives, k=k))
