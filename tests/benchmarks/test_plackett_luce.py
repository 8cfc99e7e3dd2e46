"""The Plackett-Luce likelihood: float64 running sums against torch's running logarithm of sums."""

from __future__ import annotations

import pytest
import torch

from tests.benchmarks.contest import DEVICES, DIRECTIONS, OURS, Contest, skip_infeasible, variant
from tests.benchmarks.opponents.plackett_luce import log_cumulative


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("spread", [1.0, 1e4])
@pytest.mark.parametrize(("lists", "items"), [(1, 64), (32, 1024), (2, 8192)])
@pytest.mark.parametrize("row", [*OURS, "log_cumulative"])
def test_plackett_luce(benchmark, row, lists, items, spread, direction, device):
    skip_infeasible(row, lists * items, direction, device)
    generator = torch.Generator().manual_seed(0)
    scores = (spread * torch.randn(lists, items, generator=generator)).to(device).requires_grad_()
    permutation = torch.rand(lists, items, generator=generator).argsort(-1).to(device)
    expected = variant("custom_autograd", "plackett_luce", device)(scores, permutation).detach()
    group = f"plackett_luce, {lists} x {items}, spread {spread:g}, {direction}, {device}"
    contest = Contest(group, (scores,), direction, device, expected)
    if row == "log_cumulative":
        contest.enter(benchmark, row, lambda: log_cumulative(scores, permutation))
    else:
        compute = variant(row, "plackett_luce", device)
        contest.enter(benchmark, row, lambda: compute(scores, permutation, validate=False))
