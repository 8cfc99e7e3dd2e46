"""Running sums with factors, against adding up one term after the other."""

from __future__ import annotations

import pytest
import torch

from rankproof.implementations.custom_autograd.recurrence import delayed, running_sums


@pytest.mark.parametrize("items", [0, 1, 2, 5, 8, 13])
def test_each_sum_is_the_faded_one_before_it_and_its_term(items):
    terms, factors = torch.rand(2, 3, items, dtype=torch.float64, generator=torch.Generator().manual_seed(items))
    expected, total = [], torch.zeros(3, dtype=torch.float64)
    for i in range(items):
        total = factors[:, i] * total + terms[:, i] if i else terms[:, i]
        expected.append(total)

    torch.testing.assert_close(running_sums(terms, factors), torch.stack(expected, 1) if items else terms)


def test_a_product_of_factors_that_underflows_hides_no_sum():
    terms, factors = torch.ones(6, dtype=torch.float64), torch.full((6,), 1e-200, dtype=torch.float64)

    assert torch.equal(running_sums(terms, factors), terms)


def test_terms_come_later_behind_zeros():
    assert delayed(torch.tensor([1.0, 2.0, 3.0]), 2).tolist() == [0, 0, 1]
