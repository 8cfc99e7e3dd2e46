"""Going over the lists of a batch keeps shapes and the graph."""

from __future__ import annotations

import torch

from rankproof.implementations.loop.lists import nan_of, real_items, rows, stack_lists, zero_of


def test_rows_flatten_the_batch_axes():
    assert [row.tolist() for row in rows(torch.arange(8).reshape(2, 2, 2))] == [[0, 1], [2, 3], [4, 5], [6, 7]]
    assert [row.shape for row in rows(torch.zeros(2, 0))] == [(0,), (0,)]
    assert rows(torch.zeros(0, 3)) == []


def test_a_list_without_batch_axes_is_one_row():
    assert len(rows(torch.zeros(3))) == 1
    assert stack_lists([torch.tensor(1.0)], torch.zeros(3)).shape == ()


def test_real_items_are_those_under_the_mask():
    scores = torch.zeros(2, 3)

    assert real_items(scores, None) == [[0, 1, 2]] * 2
    assert real_items(scores, torch.tensor([[True, False, True], [False] * 3])) == [[0, 2], []]


def test_a_batch_without_lists_keeps_its_shape_and_the_graph():
    scores = torch.zeros(2, 0, 3, requires_grad=True)
    values = stack_lists([], scores)

    assert values.shape == (2, 0)
    assert values.requires_grad


def test_zero_keeps_the_graph_whatever_the_scores_hold():
    scores = torch.tensor([torch.nan, torch.inf], requires_grad=True)
    zero_of(scores).backward()

    assert zero_of(scores) == 0
    assert torch.equal(scores.grad, torch.zeros(2))


def test_nan_reaches_the_gradient_of_real_items_only():
    scores = torch.tensor([1.0, torch.nan, 2.0], requires_grad=True)
    nan_of(scores, [0, 1]).backward()

    assert scores.grad.isnan().tolist() == [True, True, False]
