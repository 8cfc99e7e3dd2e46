"""Sorting and merging."""

from __future__ import annotations

import pytest
import torch

from rankproof.implementations.custom_autograd.sorting import merged_places, sorted_ascending, sorting_order

DTYPES = [torch.float64, torch.float32, torch.bfloat16, torch.int64]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("items", [0, 1, 2, 700])
def test_lists_are_sorted_each_by_itself(dtype, items):
    keys = (torch.randn(3, items, generator=torch.Generator().manual_seed(0)) * 9).to(dtype)
    expected = keys.sort(dim=-1).values

    assert torch.equal(keys.gather(-1, sorting_order(keys)), expected)
    assert torch.equal(sorted_ascending(keys), expected)


def test_views_are_sorted_too():
    keys = torch.randn(6, 4, generator=torch.Generator().manual_seed(0)).T[:, ::2]

    assert torch.equal(keys.gather(-1, sorting_order(keys)), keys.sort(dim=-1).values)


def test_of_equal_numbers_those_of_the_first_sequence_come_first():
    first, second = merged_places(torch.tensor([[1.0, 2.0, 2.0]]), torch.tensor([[1.0, 1.5, 2.0]]))

    assert first.tolist() == [[0, 3, 4]]
    assert second.tolist() == [[1, 2, 5]]
