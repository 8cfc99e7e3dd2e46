"""Grades as small integers."""

from __future__ import annotations

import pytest
import torch

from rankproof.implementations.custom_autograd.grades import grade_codes, unequal_pairs


@pytest.mark.parametrize(
    ("relevance", "bits"),
    [
        ([[0, 1, 1, 0]], 1),
        ([[0, 4, 2, 4]], 3),
        ([[0, 0, 0, 0]], 1),
        ([[0, 500, 20, 500]], 2),
        ([[0.5, 0.25, 0.0, 0.5]], 2),
        ([[3.0, 1.0, 2.0, 0.0], [9.5, 9.5, 9.5, 9.25]], 2),
    ],
)
def test_codes_keep_the_order_in_as_few_bits_as_there_are_grades(relevance, bits):
    grades = torch.tensor(relevance)
    codes, got = grade_codes(grades, None)

    assert got == bits
    assert codes.max() < 1 << bits
    assert torch.equal(codes.unsqueeze(-1) > codes.unsqueeze(-2), grades.unsqueeze(-1) > grades.unsqueeze(-2))


@pytest.mark.parametrize("relevance", [[2.0, 0.0, torch.nan], [0.5, 0.0, 99.0], [True, False, False]])
def test_padding_has_all_bits_set_and_counts_for_no_grade(relevance):
    codes, bits = grade_codes(torch.tensor([relevance]), torch.tensor([[True, True, False]]))

    assert codes[0, 2] == (1 << bits) - 1
    assert bits <= 2


def test_pairs_of_unequal_grade_leave_padding_out():
    real = torch.tensor([[True, True, True, True, False], [True] * 5])
    codes = torch.tensor([[0, 1, 1, 2, 3], [1, 1, 1, 1, 1]])

    assert unequal_pairs(codes, 2, real).tolist() == [2 + 1 + 2, 0]
    assert unequal_pairs(codes, 2, None).tolist() == [2 + 1 + 2 + 4, 0]
