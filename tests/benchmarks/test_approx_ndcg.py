"""ApproxNDCG: a series or tiles against the matrix of sigmoids."""

from __future__ import annotations

import pytest
import torch

from tests.benchmarks.contest import DEVICES, DIRECTIONS, OURS, Contest, skip_infeasible, variant
from tests.benchmarks.opponents.approx_ndcg import broadcast_ndcg


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("temperature", [1.0, 0.1])
@pytest.mark.parametrize(("lists", "items"), [(1, 64), (32, 1024), (2, 8192)])
@pytest.mark.parametrize("row", [*OURS, "broadcast"])
def test_approx_ndcg(benchmark, row, lists, items, temperature, direction, device):
    skip_infeasible(row, lists * items**2, direction, device)
    generator = torch.Generator().manual_seed(0)
    scores = torch.randn(lists, items, generator=generator).to(device).requires_grad_()
    relevance = torch.randint(0, 5, (lists, items), generator=generator).float().to(device)
    expected = variant("custom_autograd", "approx_ndcg", device)(scores, relevance, temperature=temperature).detach()
    group = f"approx_ndcg, {lists} x {items}, T = {temperature}, {direction}, {device}"
    contest = Contest(group, (scores,), direction, device, expected)
    if row == "broadcast":
        contest.enter(benchmark, row, lambda: broadcast_ndcg(scores / temperature, relevance))
    else:
        compute = variant(row, "approx_ndcg", device)
        contest.enter(benchmark, row, lambda: compute(scores, relevance, temperature=temperature))
