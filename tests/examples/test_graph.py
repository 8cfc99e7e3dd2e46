"""The planted graph is bipartite, its edges are known or held out, and most lie within the clusters."""

from __future__ import annotations

import torch

from examples.lightgcn.graph import BipartiteGraph, planted_graph


def test_no_edge_is_both_known_and_held_out():
    graph = planted_graph()

    assert graph.known.any()
    assert graph.held_out.any()
    assert not (graph.known & graph.held_out).any()


def test_every_edge_of_the_index_joins_a_user_and_an_item_and_stands_in_both_directions():
    graph = planted_graph()
    source, target = graph.edge_index()
    is_user = torch.arange(graph.users + graph.items) < graph.users

    assert (is_user[source] != is_user[target]).all()
    assert set(zip(source.tolist(), target.tolist(), strict=True)) == set(
        zip(target.tolist(), source.tolist(), strict=True)
    )


def test_the_index_holds_the_known_edges_and_no_other():
    known = torch.tensor([[True, False, True], [False, True, False]])
    held_out = torch.tensor([[False, True, False], [False, False, False]])
    graph = BipartiteGraph(known, held_out, same_cluster=known)

    assert graph.edge_index().tolist() == [[0, 0, 1, 2, 4, 3], [2, 4, 3, 0, 0, 1]]


def test_most_edges_lie_within_a_cluster_and_some_are_noise():
    graph = planted_graph()
    edges = graph.known | graph.held_out
    within = (edges & graph.same_cluster).sum() / edges.sum()

    assert 0.6 < within < 0.9


def test_the_seed_decides_the_graph():
    assert torch.equal(planted_graph(seed=3).known, planted_graph(seed=3).known)
    assert not torch.equal(planted_graph(seed=3).known, planted_graph(seed=4).known)
