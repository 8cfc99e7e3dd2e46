"""WARP: running maxima and laws against walks, and against drawing all trials at once."""

from __future__ import annotations

import pytest
import torch

from tests.benchmarks.contest import DEVICES, OURS, Contest, skip_infeasible, variant
from tests.benchmarks.opponents.warp import looped_warp, sampled_warp

SIZES = [(1, 64, 4), (32, 1024, 10), (1, 8192, 1000), (200, 8192, 1)]
TRIALS = 10


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize(("lists", "items", "positives"), SIZES)
@pytest.mark.parametrize("row", [*OURS, "Python loop"])
def test_along_an_order(benchmark, row, lists, items, positives, device):
    skip_infeasible(row, lists * items**2, "forward+backward", device)
    scores, labels = batch(lists, items, positives, device)
    order = torch.stack([torch.randperm(items, generator=torch.Generator().manual_seed(i)) for i in range(lists)])
    inputs = (scores, labels, order.to(device))
    expected = variant("custom_autograd", "warp", device)(*inputs).detach()
    group = f"warp along an order, {lists} x {items}, {positives} positives, {device}"
    contest = Contest(group, (scores,), "forward+backward", device, expected)
    compute = looped_warp if row == "Python loop" else variant(row, "warp", device)
    contest.enter(benchmark, row, lambda: compute(*inputs))


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("trials", [None, TRIALS])
@pytest.mark.parametrize(("lists", "items", "positives"), SIZES)
@pytest.mark.parametrize("row", [*OURS, "all trials drawn at once"])
def test_drawn(benchmark, row, lists, items, positives, trials, device):
    """Without replacement to the end, and with replacement up to ten trials, as LightFM draws."""
    by_people = row == "all trials drawn at once"
    if by_people and trials is None:
        pytest.skip("all trials of all positives are too many to be drawn at once")
    skip_infeasible(row, lists * items**2, "forward+backward", device)
    scores, labels = batch(lists, items, positives, device)
    law = "to the end" if trials is None else f"with replacement, {TRIALS} trials"
    group = f"warp drawn {law}, {lists} x {items}, {positives} positives, {device}"
    contest = Contest(group, (scores,), "forward+backward", device)
    if by_people:
        contest.enter(benchmark, row, lambda: sampled_warp(scores, labels, TRIALS))
    else:
        compute = variant(row, "warp", device)
        options = {"replacement": trials is not None, "max_trials": trials}
        contest.enter(benchmark, row, lambda: compute(scores, labels, **options))


def batch(lists, items, positives, device):
    """Normal scores; the positives are half a unit better."""
    generator = torch.Generator().manual_seed(0)
    scores = torch.randn(lists, items, generator=generator)
    labels = torch.rand(lists, items, generator=generator).argsort(dim=1) < positives
    return (scores + labels / 2).to(device).requires_grad_(), labels.to(device)
