"""ApproxMAP: series or tiles against the matrices of sigmoids."""

from __future__ import annotations

import pytest
import torch

from tests.benchmarks.contest import DEVICES, DIRECTIONS, OURS, Contest, skip_infeasible, variant
from tests.benchmarks.opponents.approx_map import broadcast_map


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("hits", ["scores", "ranks"])
@pytest.mark.parametrize(("lists", "items"), [(1, 64), (32, 1024), (2, 8192)])
@pytest.mark.parametrize("row", [*OURS, "broadcast"])
def test_approx_map(benchmark, row, lists, items, hits, direction, device):
    skip_infeasible(row, lists * items**2, direction, device)
    generator = torch.Generator().manual_seed(0)
    scores = torch.randn(lists, items, generator=generator).to(device).requires_grad_()
    positives = (torch.rand(lists, items, generator=generator) < 0.1).to(device)
    positives[:, 0] = True
    expected = variant("custom_autograd", "approx_map", device)(scores, positives, hits=hits).detach()
    group = f"approx_map, {lists} x {items}, {hits}, {direction}, {device}"
    contest = Contest(group, (scores,), direction, device, expected)
    if row == "broadcast":
        contest.enter(benchmark, row, lambda: broadcast_map(scores, positives, hits))
    else:
        compute = variant(row, "approx_map", device)
        contest.enter(benchmark, row, lambda: compute(scores, positives, hits=hits))
