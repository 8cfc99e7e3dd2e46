"""Pairs join each positive of a list with a negative of the same list: a drawn one, or the hardest."""

from __future__ import annotations

import torch

from examples.lightgcn.candidates import CandidateLists
from examples.lightgcn.negatives import mined, sampled

LISTS = CandidateLists(
    users=torch.tensor([0, 1]),
    items=torch.tensor([[3, 1, 0, 2], [2, 0, 1, 3]]),
    positive=torch.tensor([[True, False, True, False], [False, True, False, False]]),
    mask=torch.tensor([[True, True, True, True], [True, True, True, False]]),
)
SCORES = torch.tensor([[9.0, 1.0, 9.0, 2.0], [1.0, 9.0, 0.5, 9.0]])


def test_mined_negatives_score_highest_among_the_real_negatives_of_the_list():
    pairs = mined(LISTS, SCORES, torch.Generator())

    assert torch.stack(pairs).tolist() == [[0, 0, 1], [0, 2, 1], [3, 3, 0]]


def test_sampled_negatives_are_every_real_negative_of_the_list_and_nothing_else():
    generator = torch.Generator().manual_seed(0)
    seen = {row: set() for row in (0, 1)}
    for _ in range(50):
        row, positive, negative = sampled(LISTS, SCORES, generator)
        assert torch.stack([row, positive]).tolist() == [[0, 0, 1], [0, 2, 1]]
        for each, place in zip(row.tolist(), negative.tolist(), strict=True):
            seen[each].add(place)

    assert seen == {0: {1, 3}, 1: {0, 2}}


def test_a_list_without_negatives_makes_no_pair():
    alone = CandidateLists(LISTS.users, LISTS.items, positive=LISTS.mask, mask=LISTS.mask)

    assert len(mined(alone, SCORES, torch.Generator()).row) == 0
    assert len(sampled(alone, SCORES, torch.Generator()).row) == 0
