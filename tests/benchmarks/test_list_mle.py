"""ListMLE: a sort and float64 running sums against torch's running logarithm of sums."""

from __future__ import annotations

import pytest
import torch

from tests.benchmarks.contest import DEVICES, DIRECTIONS, OURS, Contest, skip_infeasible, variant
from tests.benchmarks.opponents.list_mle import log_cumulative


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("ties", ["stable", "shared"])
@pytest.mark.parametrize(("lists", "items"), [(1, 64), (32, 1024), (2, 8192)])
@pytest.mark.parametrize("row", [*OURS, "log_cumulative"])
def test_list_mle(benchmark, row, lists, items, ties, direction, device):
    if row == "log_cumulative" and ties == "shared":
        pytest.skip("people write it for one order alone")
    skip_infeasible(row, lists * items, direction, device)
    generator = torch.Generator().manual_seed(0)
    scores = torch.randn(lists, items, generator=generator).to(device).requires_grad_()
    relevance = torch.randint(0, 5, (lists, items), generator=generator).float().to(device)
    expected = variant("custom_autograd", "list_mle", device)(scores, relevance, ties=ties).detach()
    group = f"list_mle, {lists} x {items}, {ties} ties, {direction}, {device}"
    contest = Contest(group, (scores,), direction, device, expected)
    if row == "log_cumulative":
        contest.enter(benchmark, row, lambda: log_cumulative(scores, relevance))
    else:
        compute = variant(row, "list_mle", device)
        contest.enter(benchmark, row, lambda: compute(scores, relevance, ties=ties))
