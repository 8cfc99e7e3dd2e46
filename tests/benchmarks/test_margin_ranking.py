"""Margin ranking: one pass against torch's own, the formula, and the floor of writing so many numbers."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch.nn import functional

from tests.benchmarks.contest import DEVICES, DIRECTIONS, OURS, Contest, variant
from tests.benchmarks.opponents.margin_ranking import broadcast_margin_ranking

LOOPS_UP_TO = 64
UNCHECKED = "custom_autograd, validate=False"
FLOOR = "floor: a clone for each buffer"


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("pairs", [64, 10_000, 1_000_000])
@pytest.mark.parametrize("row", [*OURS, UNCHECKED, "torch margin_ranking_loss", "broadcast", FLOOR])
def test_margin_ranking(benchmark, row, pairs, direction, device):
    if row == "loop" and pairs > LOOPS_UP_TO:
        pytest.skip("a Python loop over so many pairs takes minutes")
    generator = torch.Generator().manual_seed(0)
    first, second = (torch.randn(pairs, generator=generator).to(device).requires_grad_() for _ in range(2))
    target = (torch.randint(0, 2, (pairs,), generator=generator) * 2.0 - 1).to(device)
    inputs = (first, second, target)
    expected = functional.margin_ranking_loss(*inputs, margin=1.0).detach()
    contest = Contest(f"margin_ranking, {pairs} pairs, {direction}, {device}", inputs[:2], direction, device, expected)
    if row in (*OURS, UNCHECKED):
        compute = variant(row.partition(",")[0], "margin_ranking", device)
        contest.enter(benchmark, row, lambda: compute(*inputs, margin=1.0, validate=row != UNCHECKED))
    elif row == "broadcast":
        contest.enter(benchmark, row, lambda: broadcast_margin_ranking(*inputs, 1.0))
    elif row == FLOOR:
        buffers = 1 if direction == "forward" else 3
        floor = replace(contest, direction="forward", expected=None)
        floor.enter(benchmark, row, lambda: max((target.clone() for _ in range(buffers)), key=len))
    else:
        contest.enter(benchmark, row, lambda: functional.margin_ranking_loss(*inputs, margin=1.0))
