"""Triplet margin: distances recomputed in the gradient's buffers, against torch's own, the formula, and the floor."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch.nn import functional

from tests.benchmarks.contest import DEVICES, DIRECTIONS, OURS, Contest, variant
from tests.benchmarks.opponents.triplet_margin import written_out_triplet_margin

LOOPS_UP_TO = 16 * 64
FLOOR = "floor: a clone for each buffer"


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize(("triplets", "features"), [(16, 64), (256, 128), (1024, 512), (64, 16_384)])
@pytest.mark.parametrize("row", [*OURS, "torch triplet_margin_loss", "written out", FLOOR])
def test_triplet_margin(benchmark, row, triplets, features, direction, device):
    if row == "loop" and triplets * features > LOOPS_UP_TO:
        pytest.skip("a Python loop over so many features takes minutes")
    generator = torch.Generator().manual_seed(0)
    shape = (triplets, features)
    vectors = tuple(torch.randn(shape, generator=generator).to(device).requires_grad_() for _ in range(3))
    expected = functional.triplet_margin_loss(*vectors).detach()
    name = f"triplet_margin, {triplets} x {features}, {direction}, {device}"
    contest = Contest(name, vectors, direction, device, expected)
    if row in OURS:
        compute = variant(row, "triplet_margin", device)
        contest.enter(benchmark, row, lambda: compute(*vectors))
    elif row == "written out":
        contest.enter(benchmark, row, lambda: written_out_triplet_margin(*vectors, 1.0))
    elif row == FLOOR:
        buffers = 1 if direction == "forward" else 4
        floor = replace(contest, direction="forward", expected=None)
        floor.enter(benchmark, row, lambda: max((vectors[0].detach().clone() for _ in range(buffers)), key=len))
    else:
        contest.enter(benchmark, row, lambda: functional.triplet_margin_loss(*vectors))
