"""The triplet margin loss whose distances are computed again in the backward pass."""

from __future__ import annotations

import pytest
import torch

from rankproof.implementations.custom_autograd.triplet_margin import triplet_margin
from tests.calls import implementation
from tests.implementations.definitions import DEVICE

SETTINGS = [
    {"p": 1.0},
    {"p": 1.5, "swap": True},
    {"p": 2.0},
    {"p": 3.0, "eps": 0.25},
    {"distance": "squared_euclidean", "swap": True},
    {"distance": "cosine", "swap": True},
]


def vectors(dtype=torch.float64):
    generator = torch.Generator().manual_seed(3)
    drawn = (torch.randn(5, 4, generator=generator, dtype=torch.float64) for _ in range(3))
    return [each.to(dtype).to(DEVICE).requires_grad_() for each in drawn]


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_first_and_second_derivatives_are_those_of_the_vectorized_variant(settings):
    given = vectors()
    found = []
    for compute in (triplet_margin, implementation("vectorized", "triplet_margin")):
        first = torch.autograd.grad(compute(*given, margin=3.0, **settings), given, create_graph=True)
        along = sum((each * weight).sum() for each, weight in zip(first, (1.0, -0.5, 2.0), strict=True))
        second = torch.autograd.grad(along.square(), given, allow_unused=True)
        found.append([*first, *(torch.zeros_like(given[0]) if each is None else each for each in second)])

    torch.testing.assert_close(*found)


@pytest.mark.parametrize("place", range(3))
@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_a_nan_in_one_vector_makes_the_gradients_of_its_triplet_nan(settings, place):
    given = vectors()
    with torch.no_grad():
        given[place][1, 2] = torch.nan
    triplet_margin(*given, margin=3.0, reduction="sum", **settings).backward()

    for each in given:
        assert each.grad[1].isnan().all()
        assert each.grad[[0, 2, 3, 4]].isfinite().all()


@pytest.mark.parametrize("settings", [{}, {"p": 3.0}, {"distance": "cosine"}], ids=str)
def test_far_vectors_in_half_precision_neither_overflow_nor_lose_their_gradient(settings):
    given = [each.detach().mul(1e4).half().requires_grad_() for each in vectors()]
    values = triplet_margin(*given, margin=1e4, reduction="none", **settings)
    values.sum().backward()
    expected = triplet_margin(*(each.detach().double() for each in given), margin=1e4, reduction="none", **settings)

    assert all(each.grad.isfinite().all() for each in given)
    torch.testing.assert_close(values.double(), expected, rtol=1e-3, atol=0)


def test_only_the_gradients_that_are_needed_are_returned():
    anchor, positive, negative = vectors()
    (alone,) = torch.autograd.grad(triplet_margin(anchor.detach(), positive.detach(), negative, margin=9.0), negative)
    *_, together = torch.autograd.grad(triplet_margin(anchor, positive, negative, margin=9.0), (anchor, negative))

    torch.testing.assert_close(alone, together)


def test_a_part_of_a_gradient_may_leave_the_range_of_float16_where_the_whole_does_not():
    anchor, positive, negative = (
        torch.tensor([score], dtype=torch.float16, device=DEVICE, requires_grad=True) for score in (4840, -27920, 0)
    )
    triplet_margin(anchor, positive, negative, distance="squared_euclidean").backward()

    assert anchor.grad.item() == 55840
    assert negative.grad.item() == 9680
