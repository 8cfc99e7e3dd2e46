"""The first violator and the number of trials, as tables."""

from __future__ import annotations

import torch

from rankproof.implementations.vectorized.trials import draw_with_replacement, draw_without_replacement, walk

VIOLATOR = torch.tensor([[False, False, True, True], [False, False, False, False]])
COUNTED = torch.tensor([[False, True, True, True], [True, False, True, True]])


def test_a_walk_stops_at_the_first_violator_of_each_positive():
    first, count, found = walk(torch.tensor([1, 0, 3, 2]), VIOLATOR, COUNTED)

    assert found.tolist() == [True, False]
    assert (first[0], count[0]) == (3, 2)
    assert walk(torch.tensor([1, 0, 3, 2]), VIOLATOR, None)[1][0] == 3


def test_an_order_may_be_of_any_integers():
    order = torch.tensor([1, 0, 3, 2], dtype=torch.int32)

    assert walk(order, VIOLATOR, COUNTED)[0][0] == 3


def test_a_walk_along_nothing_finds_nothing():
    first, count, found = walk(torch.zeros(0, dtype=torch.int64), VIOLATOR, COUNTED)

    assert found.tolist() == [False, False]
    assert first.shape == count.shape == (2,)


def test_draws_find_a_violator_exactly_where_there_is_one():
    for draw in (draw_with_replacement, draw_without_replacement):
        first, count, found = draw(VIOLATOR.expand(100, 2, 4), COUNTED, torch.Generator().manual_seed(0))

        assert (found == torch.tensor([True, False])).all()
        assert set(first[:, 0].tolist()) == {2, 3}
        assert count[:, 0].min() == 1


def test_without_replacement_no_count_exceeds_the_items_that_do_not_violate_and_one():
    _, count, _ = draw_without_replacement(VIOLATOR.expand(200, 2, 4), COUNTED, torch.Generator().manual_seed(0))

    assert set(count[:, 0].tolist()) == {1, 2}


def test_where_every_item_violates_the_first_draw_does():
    everything = torch.ones(50, 3, dtype=torch.bool)

    assert (draw_with_replacement(everything, everything, None)[1] == 1).all()
    assert (draw_without_replacement(everything, everything, None)[1] == 1).all()
