"""Bayesian personalized ranking: one buffer against torch's own, and the floor of writing so many numbers."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from tests.benchmarks.contest import DEVICES, DIRECTIONS, OURS, Contest, variant
from tests.benchmarks.opponents.bpr import log_sigmoid_of_lead, softplus_of_deficit

LOOPS_UP_TO = 64
BY_PEOPLE = {"torch logsigmoid": log_sigmoid_of_lead, "torch softplus": softplus_of_deficit}
FLOOR = "floor: a clone for each buffer"


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("pairs", [64, 10_000, 1_000_000])
@pytest.mark.parametrize("row", [*OURS, *BY_PEOPLE, FLOOR])
def test_bpr(benchmark, row, pairs, direction, device):
    if row == "loop" and pairs > LOOPS_UP_TO:
        pytest.skip("a Python loop over so many pairs takes minutes")
    generator = torch.Generator().manual_seed(0)
    inputs = tuple(torch.randn(pairs, generator=generator).to(device).requires_grad_() for _ in range(2))
    expected = log_sigmoid_of_lead(*inputs).detach()
    contest = Contest(f"bpr, {pairs} pairs, {direction}, {device}", inputs, direction, device, expected)
    if row == FLOOR:
        buffers = 1 if direction == "forward" else 3
        floor = replace(contest, direction="forward", expected=None)
        floor.enter(benchmark, row, lambda: max((inputs[0].clone() for _ in range(buffers)), key=len))
    else:
        compute = BY_PEOPLE.get(row) or variant(row, "bpr", device)
        contest.enter(benchmark, row, lambda: compute(*inputs))
