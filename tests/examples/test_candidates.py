"""Candidate lists hold every known item, the drawn others and padding, and say which is which."""

from __future__ import annotations

import torch

from examples.lightgcn.candidates import draw_candidates
from examples.lightgcn.graph import planted_graph

GRAPH = planted_graph(users=12, items=30, clusters=3)
USERS = torch.tensor([4, 0, 7])


def drawn(seed: int = 0, negatives: int = 5):
    return draw_candidates(GRAPH, USERS, negatives=negatives, generator=torch.Generator().manual_seed(seed))


def test_each_list_holds_its_users_known_items_as_positives():
    lists = drawn()

    for user, items, positive in zip(USERS, lists.items, lists.positive, strict=True):
        assert sorted(items[positive].tolist()) == GRAPH.known[user].nonzero().flatten().tolist()


def test_negatives_are_as_many_as_asked_for_differ_and_are_not_known():
    lists = drawn()

    for user, items, negative in zip(USERS, lists.items, lists.negative, strict=True):
        assert len(set(items[negative].tolist())) == 5
        assert not GRAPH.known[user, items[negative]].any()


def test_the_longest_list_has_no_padding_and_padding_comes_last():
    mask = drawn().mask

    assert mask.all(dim=-1).any()
    assert not mask.all()
    assert torch.equal(mask, mask.sort(dim=-1, descending=True, stable=True).values)


def test_padding_is_neither_positive_nor_negative():
    lists = drawn()

    assert not (lists.positive & ~lists.mask).any()
    assert torch.equal(lists.positive ^ lists.negative, lists.mask)


def test_no_more_negatives_are_drawn_than_there_are_items():
    lists = drawn(negatives=1000)

    assert lists.items.shape[-1] == GRAPH.items
    assert torch.equal(lists.negative.sum(dim=-1), (~GRAPH.known[USERS]).sum(dim=-1))


def test_the_generator_decides_the_draw():
    assert torch.equal(drawn(seed=1).items, drawn(seed=1).items)
    assert not torch.equal(drawn(seed=1).items, drawn(seed=2).items)
