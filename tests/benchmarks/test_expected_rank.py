"""Expected rank loss: a series or tiles against the matrix of sigmoids."""

from __future__ import annotations

import pytest
import torch

from tests.benchmarks.contest import DEVICES, DIRECTIONS, OURS, Contest, skip_infeasible, variant
from tests.benchmarks.opponents.soft_rank import broadcast_ranks


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize(("lists", "items"), [(1, 64), (32, 1024), (2, 8192)])
@pytest.mark.parametrize("row", [*OURS, "broadcast"])
def test_expected_rank(benchmark, row, lists, items, direction, device):
    skip_infeasible(row, lists * items**2, direction, device)
    generator = torch.Generator().manual_seed(0)
    scores = torch.randn(lists, items, generator=generator).to(device).requires_grad_()
    ranks = (1 + torch.rand(lists, items, generator=generator).argsort(dim=1).float()).to(device)
    expected = variant("custom_autograd", "expected_rank", device)(scores, ranks, normalization="items").detach()
    group = f"expected_rank, {lists} x {items}, {direction}, {device}"
    contest = Contest(group, (scores,), direction, device, expected)
    if row == "broadcast":
        contest.enter(benchmark, row, lambda: (broadcast_ranks(scores) - ranks).abs().mean())
    else:
        compute = variant(row, "expected_rank", device)
        contest.enter(benchmark, row, lambda: compute(scores, ranks, normalization="items"))
