"""What tensor operations alone get wrong in the triplet loss."""

from __future__ import annotations

import pytest
import torch

from rankproof.implementations.vectorized.triplet_margin import triplet_margin


@pytest.mark.parametrize("features", [1, 3])
def test_a_vector_without_direction_has_a_second_derivative_of_zero(features: int) -> None:
    """Under the cosine distance it lies at a distance of 1, wherever it moves to in the formula."""
    vectors = [torch.zeros(features, dtype=torch.float64, requires_grad=True) for _ in range(3)]
    value = triplet_margin(*vectors, distance="cosine", eps=0.0)
    first = torch.autograd.grad(value, vectors, create_graph=True)
    second = torch.autograd.grad(sum(each.sum() for each in first), vectors)
    assert all(torch.equal(each, torch.zeros(features, dtype=torch.float64)) for each in (*first, *second))
