"""NDCG of rankings that are worked by hand."""

from __future__ import annotations

import math

import pytest
import torch

from examples.lightgcn.evaluate import ceiling, held_out_ndcg, ndcg
from examples.lightgcn.graph import BipartiteGraph

NOTHING = torch.zeros(1, 4, dtype=torch.bool)


def flags(*rows: str) -> torch.Tensor:
    """Booleans from rows of 0 and 1."""
    return torch.tensor([[each == "1" for each in row] for row in rows])


def test_relevant_items_at_ranks_one_and_three():
    found = ndcg(torch.tensor([[0.9, 0.5, 0.7, 0.1]]), flags("1100"), excluded=NOTHING)

    assert found == pytest.approx((1 / math.log2(2) + 1 / math.log2(4)) / (1 / math.log2(2) + 1 / math.log2(3)))


def test_an_excluded_item_takes_no_rank_and_earns_nothing():
    found = ndcg(torch.tensor([[0.9, 0.5, 0.7, 0.1]]), flags("1100"), excluded=flags("1000"))

    assert found == pytest.approx(1 / math.log2(3))


def test_ranks_after_k_count_nowhere():
    found = ndcg(torch.tensor([[0.9, 0.5, 0.7, 0.1]]), flags("0110"), excluded=NOTHING, k=2)

    assert found == pytest.approx((1 / math.log2(3)) / (1 / math.log2(2) + 1 / math.log2(3)))


def test_ties_go_by_the_items_numbers_and_not_to_the_relevant():
    found = ndcg(torch.zeros(1, 4), flags("0001"), excluded=NOTHING)

    assert found == pytest.approx(1 / math.log2(5))


def test_a_user_with_nothing_relevant_is_left_out_of_the_mean():
    scores = torch.tensor([[0.9, 0.5, 0.7, 0.1], [1.0, 2.0, 3.0, 4.0]])
    found = ndcg(scores, flags("0100", "0000"), excluded=NOTHING.expand(2, 4))

    assert found == pytest.approx(1 / math.log2(4))


def test_nothing_to_judge_is_no_quality():
    assert math.isnan(ndcg(torch.zeros(1, 4), NOTHING, excluded=NOTHING))


def test_known_edges_are_no_part_of_the_ranking_of_held_out_ones():
    graph = BipartiteGraph(flags("1000"), flags("0010"), same_cluster=flags("1010"))

    assert held_out_ndcg(torch.tensor([[4.0, 3.0, 2.0, 1.0]]), graph) == pytest.approx(1 / math.log2(3))


def test_the_ceiling_ranks_by_the_planted_clusters():
    graph = BipartiteGraph(flags("1000"), flags("0011"), same_cluster=flags("1010"))

    assert ceiling(graph) == pytest.approx((1 + 1 / math.log2(4)) / (1 + 1 / math.log2(3)))
