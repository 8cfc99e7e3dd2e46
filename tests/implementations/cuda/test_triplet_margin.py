"""The kernels of the triplet margin loss, on rows of one block of features and of several."""

from __future__ import annotations

import pytest
import torch

from rankproof.implementations.cuda import triplet_margin as module
from rankproof.implementations.cuda.triplet_margin import triplet_margin
from tests.calls import implementation
from tests.implementations.definitions import DEVICE

SETTINGS = [
    {"p": 1.0, "swap": True},
    {"p": 2.0},
    {"p": 2.5, "eps": 0.25, "swap": True},
    {"distance": "squared_euclidean"},
    {"distance": "cosine", "swap": True},
]


def vectors(triplets, features, dtype=torch.float64):
    generator = torch.Generator().manual_seed(triplets)
    drawn = (torch.randn(triplets, features, generator=generator, dtype=torch.float64) for _ in range(3))
    return [each.to(dtype).to(DEVICE).requires_grad_() for each in drawn]


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
@pytest.mark.parametrize(("triplets", "features"), [(1, 1), (3, 600), (40, 7)])
def test_rows_of_any_size_agree_with_the_vectorized_variant(monkeypatch, settings, triplets, features):
    monkeypatch.setattr(module, "ELEMENTS_OF_A_BLOCK", 512)  # several programs, the last of them partly empty
    found = []
    for compute in (triplet_margin, implementation("vectorized", "triplet_margin")):
        given = vectors(triplets, features)
        values = compute(*given, margin=5.0, reduction="none", **settings)
        gradients = torch.autograd.grad(values, given, torch.linspace(-1, 2, triplets).to(values))
        found.append([values.detach(), *gradients])

    torch.testing.assert_close(*found)


@pytest.mark.parametrize("needed", range(3))
def test_a_gradient_that_is_not_needed_is_not_written(needed):
    given = [each.detach().requires_grad_(place == needed) for place, each in enumerate(vectors(4, 5))]
    triplet_margin(*given, margin=9.0).backward()
    expected = torch.autograd.grad(triplet_margin(*(all_three := vectors(4, 5)), margin=9.0), all_three)

    torch.testing.assert_close(given[needed].grad, expected[needed])
    assert [each.grad is None for each in given] == [place != needed for place in range(3)]


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_a_nan_is_in_every_gradient_of_its_triplet_and_in_no_other(settings):
    given = vectors(3, 4)
    with torch.no_grad():
        given[2][1, 0] = torch.nan
    triplet_margin(*given, margin=9.0, reduction="sum", **settings).backward()

    for each in given:
        assert each.grad[1].isnan().all()
        assert each.grad[[0, 2]].isfinite().all()


def test_a_second_derivative_is_refused_plainly():
    given = vectors(2, 3)
    (first, *_) = torch.autograd.grad(triplet_margin(*given, margin=9.0), given, create_graph=True)

    with pytest.raises(RuntimeError, match=r"^triplet_margin: got a second derivative.*'custom_autograd'"):
        first.sum().backward()
