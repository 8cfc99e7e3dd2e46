"""Vectors are divided by powers of two near their largest component."""

from __future__ import annotations

import math

import pytest
import torch

from rankproof.implementations.magnitude import magnitude


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("largest", [1e-38, 0.75, 1.0, 3.0, 1024.0, 3e38])
def test_the_largest_component_becomes_one_between_1_and_2(dtype, largest):
    vectors = torch.tensor([[0.0, -largest, largest / 3]], dtype=dtype)
    scaled = vectors / magnitude(vectors)

    assert 1 <= scaled.abs().max() < 2
    assert torch.equal(scaled * magnitude(vectors), vectors)


def test_each_vector_has_its_own_and_none_has_a_graph():
    vectors = torch.tensor([[4.0, 1.0], [0.25, 0.5]], requires_grad=True)

    assert magnitude(vectors).tolist() == [[4.0], [0.5]]
    assert not magnitude(vectors).requires_grad


@pytest.mark.parametrize("shape", [(2, 0), (0, 3), (0,)])
def test_nothing_has_a_magnitude_too(shape):
    assert magnitude(torch.zeros(shape)).shape == (*shape[:-1], 1)


def test_zeros_and_infinities_are_divided_by_a_finite_number():
    found = magnitude(torch.tensor([[0.0, 0.0], [math.inf, 1.0]]))

    assert (found > 0).all()
    assert found.isfinite().all()
