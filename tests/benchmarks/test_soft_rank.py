"""Soft rank: a series or tiles against the matrix of sigmoids."""

from __future__ import annotations

import pytest
import torch

from tests.benchmarks.contest import DEVICES, DIRECTIONS, OURS, Contest, skip_infeasible, variant
from tests.benchmarks.opponents.soft_rank import broadcast_ranks


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("temperature", [1.0, 0.1])
@pytest.mark.parametrize(("lists", "items"), [(1, 64), (32, 1024), (2, 8192)])
@pytest.mark.parametrize("row", [*OURS, "broadcast"])
def test_soft_rank(benchmark, row, lists, items, temperature, direction, device):
    skip_infeasible(row, lists * items**2, direction, device)
    generator = torch.Generator().manual_seed(0)
    scores = torch.randn(lists, items, generator=generator).to(device).requires_grad_()
    target = (1 + torch.rand(lists, items, generator=generator).argsort(dim=1).float()).to(device)

    def spread(ranks: torch.Tensor) -> torch.Tensor:
        """The mean squared distance to other ranks, so that there is one number to compare."""
        return (ranks - target).square().mean() / items**2

    ranks = variant("custom_autograd", "soft_rank", device)(scores, temperature=temperature)
    group = f"soft_rank, {lists} x {items}, T = {temperature}, {direction}, {device}"
    contest = Contest(group, (scores,), direction, device, spread(ranks).detach())
    if row == "broadcast":
        contest.enter(benchmark, row, lambda: spread(broadcast_ranks(scores / temperature)))
    else:
        compute = variant(row, "soft_rank", device)
        contest.enter(benchmark, row, lambda: spread(compute(scores, temperature=temperature)))
