"""LambdaLoss: tiles of half the pairs against matrices of all."""

from __future__ import annotations

import pytest
import torch

from tests.benchmarks.contest import DEVICES, DIRECTIONS, OURS, Contest, skip_infeasible, variant
from tests.benchmarks.opponents.lambda_loss import broadcast_lambda_loss


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("k", [None, 10])
@pytest.mark.parametrize(("lists", "items"), [(1, 64), (32, 1024), (2, 8192)])
@pytest.mark.parametrize("row", [*OURS, "broadcast"])
def test_lambda_loss(benchmark, row, lists, items, k, direction, device):
    skip_infeasible(row, lists * items**2, direction, device)
    generator = torch.Generator().manual_seed(0)
    scores = torch.randn(lists, items, generator=generator).to(device).requires_grad_()
    relevance = torch.randint(0, 5, (lists, items), generator=generator).float().to(device)
    expected = variant("custom_autograd", "lambda_loss", device)(scores, relevance, k=k).detach()
    group = f"lambda_loss, {lists} x {items}, k = {k}, {direction}, {device}"
    contest = Contest(group, (scores,), direction, device, expected)
    if row == "broadcast":
        contest.enter(benchmark, row, lambda: broadcast_lambda_loss(scores, relevance, k))
    else:
        compute = variant(row, "lambda_loss", device)
        contest.enter(benchmark, row, lambda: compute(scores, relevance, k=k))
