"""ListNet: a target that is kept and a softmax computed again, against autograd and PyTorch's cross-entropy."""

from __future__ import annotations

import pytest
import torch

from tests.benchmarks.contest import DEVICES, DIRECTIONS, OURS, PAIRS_OF_LOOPS, Contest, variant
from tests.benchmarks.opponents.list_net import softmax_of_both, torch_cross_entropy

OPPONENTS = {"two softmaxes": softmax_of_both, "torch": torch_cross_entropy}


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize(("lists", "items"), [(1, 64), (32, 1024), (2, 8192), (1024, 1024)])
@pytest.mark.parametrize("row", [*OURS, *OPPONENTS])
def test_list_net(benchmark, row, lists, items, direction, device):
    if row == "loop" and lists * items > PAIRS_OF_LOOPS:
        pytest.skip("a Python loop over so many items takes minutes")
    generator = torch.Generator().manual_seed(0)
    scores = torch.randn(lists, items, generator=generator).to(device).requires_grad_()
    relevance = torch.randint(0, 5, (lists, items), generator=generator).float().to(device)
    expected = variant("custom_autograd", "list_net", device)(scores, relevance).detach()
    contest = Contest(f"list_net, {lists} x {items}, {direction}, {device}", (scores,), direction, device, expected)
    compute = OPPONENTS.get(row) or variant(row, "list_net", device)
    contest.enter(benchmark, row, lambda: compute(scores, relevance))
