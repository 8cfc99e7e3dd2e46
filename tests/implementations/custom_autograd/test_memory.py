"""No loss takes the memory of a table of pairs: one in float32 is 256 MiB at 8192 items, and 64 MiB at 4096."""

from __future__ import annotations

import pytest
import torch

from rankproof.conformance.subjects.memory import MIB, NoMeter, gaps_filled, peak_bytes, settled
from rankproof.implementations.custom_autograd import sigmoid_series
from rankproof.implementations.custom_autograd.approx_map import approx_map
from rankproof.implementations.custom_autograd.approx_mrr import approx_mrr
from rankproof.implementations.custom_autograd.approx_ndcg import approx_ndcg
from rankproof.implementations.custom_autograd.approx_recall import approx_recall
from rankproof.implementations.custom_autograd.pairwise_hinge import pairwise_hinge
from rankproof.implementations.custom_autograd.pairwise_logistic import pairwise_logistic
from rankproof.implementations.custom_autograd.soft_rank import soft_rank
from rankproof.implementations.custom_autograd.warp import warp
from tests.calls import LOSSES, SCORES, implementation, labelled
from tests.implementations.definitions import DEVICE

ITEMS = 8192
ITEMS_OF_A_LIST, MOST_OF_A_LIST = 4096, 16  # MiB
CALLS = {
    "pairwise_hinge of two grades": lambda s, y: pairwise_hinge(s, y > 2),
    "pairwise_hinge of five grades": lambda s, y: pairwise_hinge(s, y),
    "pairwise_hinge of real grades": lambda s, y: pairwise_hinge(s, s.detach() ** 2),
    "pairwise_hinge, semi_hard": lambda s, y: pairwise_hinge(s, y, negatives="semi_hard"),
    "pairwise_logistic by series": lambda s, y: pairwise_logistic(s, y, temperature=2.0),
    "pairwise_logistic by series, of real grades": lambda s, y: pairwise_logistic(s, s.detach() ** 2, temperature=2.0),
    "pairwise_logistic by tiles": lambda s, y: pairwise_logistic(s, y, temperature=0.001, ties="half"),
    "approx_ndcg by series": lambda s, y: approx_ndcg(s, y, temperature=2.0),
    "approx_ndcg by tiles": lambda s, y: approx_ndcg(s, y, temperature=0.001),
    "approx_mrr of the best": lambda s, y: approx_mrr(s, y > 2),
    "approx_mrr of all": lambda s, y: approx_mrr(s, y > 2, several="mean", temperature=0.001),
    "approx_recall": lambda s, y: approx_recall(s, y > 2, temperature=0.001),
    "approx_map by scores": lambda s, y: approx_map(s, y > 2, temperature=2.0),
    "approx_map by ranks": lambda s, y: approx_map(s, y > 2, hits="ranks"),
    "approx_map by comparison": lambda s, y: approx_map(s, y > 2, hits="hard"),
    "soft_rank by series": lambda s, y: (soft_rank(s, temperature=2.0) * y).sum(),
    "soft_rank by tiles": lambda s, y: (soft_rank(s, temperature=0.001) * y).sum(),
    "warp of many positives": lambda s, y: warp(s, y > 2),
    "warp of few positives": lambda s, y: warp(s, s > 3.5),
    "warp along an order": lambda s, y: warp(s, y > 2, torch.arange(ITEMS, device=DEVICE), negatives="others"),
}


@pytest.mark.parametrize("name", CALLS)
def test_forward_and_backward_take_memory_in_proportion_to_the_items(name):
    generator = torch.Generator().manual_seed(0)
    scores = torch.randn(ITEMS, generator=generator).to(DEVICE).requires_grad_()
    relevance = torch.randint(0, 5, (ITEMS,), generator=generator).to(DEVICE)

    def step():
        CALLS[name](scores, relevance).backward()

    step()
    try:
        with settled():
            peak = peak_bytes(step, DEVICE) / MIB
    except NoMeter as problem:
        pytest.skip(str(problem))

    assert (sigmoid_series.series_of(scores.detach()[None], 2.0) is None) == (DEVICE == "cuda")
    assert sigmoid_series.series_of(scores.detach()[None], 0.001) is None
    assert peak < (16 if DEVICE == "cpu" else 96)


@pytest.mark.parametrize("loss", LOSSES)
def test_a_further_list_takes_a_quarter_of_a_table_of_its_pairs_at_most(loss):
    function = implementation("cuda" if DEVICE == "cuda" else "custom_autograd", loss)

    def step(lists):
        generator = torch.Generator().manual_seed(0)
        scores = torch.randn(lists, ITEMS_OF_A_LIST, generator=generator).to(DEVICE)
        labels = torch.randint(0, 2, scores.shape, generator=generator).to(DEVICE)
        arguments = {name: array.to(DEVICE) for name, array in labelled(loss, scores, labels).items()}
        if "target" in arguments:
            arguments["target"] = 2 * labels - 1
        for name in SCORES[loss]:
            arguments[name] = arguments[name].clone().requires_grad_()
        function(**arguments).sum().backward()

    step(1)
    try:
        with settled(), gaps_filled():
            few, more = (peak_bytes(lambda lists=lists: step(lists), DEVICE) / MIB for lists in (2, 6))
    except NoMeter as problem:
        pytest.skip(str(problem))

    assert (more - few) / 4 < MOST_OF_A_LIST
