"""The order of descending relevance, its ties, and the weights of its places."""

from __future__ import annotations

import itertools

import pytest
import torch

from rankproof.implementations import list_mle
from rankproof.implementations.ideal_order import ideal_order, place_weights, shared_weights


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16, torch.int64, torch.uint8])
def test_equally_relevant_items_keep_their_order_and_padding_comes_last(dtype):
    relevance = torch.tensor([1, 3, 1, 0, 3], dtype=dtype)
    mask = torch.tensor([True, True, True, True, False])
    order, begins = ideal_order(relevance, mask)

    assert order.tolist() == [1, 0, 2, 3, 4]
    assert begins.tolist() == [0, 1, 1, 3, 4]


def test_large_integers_are_told_apart():
    order, begins = ideal_order(torch.tensor([2**53, 2**53 + 1]), None)

    assert order.tolist() == [1, 0]
    assert begins.tolist() == [0, 1]


def test_flags_are_grades():
    order, begins = ideal_order(torch.tensor([False, True, False]), None)

    assert order.tolist() == [1, 0, 2]
    assert begins.tolist() == [0, 1, 1]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("none", None, "none"), [1, 1, 1, 0]),
        (("none", 2, "none"), [1, 1, 0, 0]),
        (("p_list_mle", None, "none"), [3, 1, 0, 0]),
        (("p_list_mle", 1, "none"), [3, 0, 0, 0]),
        (("none", 2, "weights"), [0.5, 0.5, 0, 0]),
        (("p_list_mle", None, "weights"), [0.75, 0.25, 0, 0]),
    ],
)
def test_places_of_real_items_weigh_by_the_convention(options, expected):
    real = torch.tensor([True, False, True, True])

    assert place_weights(real, torch.float64, *options).tolist() == expected


def test_tied_places_share_their_weights():
    weights, begins = torch.tensor([4.0, 3.0, 1.0, 0.0]), torch.tensor([0, 1, 1, 3])

    assert shared_weights(weights, begins).tolist() == [4, 2, 2, 0]


@pytest.mark.parametrize("variant", ["loop", "vectorized", "custom_autograd"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_normalised_position_weights_hold_for_long_lists(variant, dtype):
    scores, relevance = torch.zeros(1100, dtype=dtype), torch.arange(1100).flip(0)
    options = {"position_weights": "p_list_mle", "normalization": "weights", "variant": variant}
    # Half of the weight is on the first place, a quarter on the second, and so on.
    expected = sum(2.0**-t * torch.tensor(1101 - t, dtype=torch.float64).log() for t in range(1, 60))

    torch.testing.assert_close(list_mle(scores, relevance, **options).double(), expected, rtol=1e-5, atol=0)


@pytest.mark.parametrize("variant", ["loop", "vectorized", "custom_autograd"])
def test_shared_ties_do_not_depend_on_the_order_of_the_input(variant):
    scores, relevance = torch.tensor([0.5, -1.0, 2.0, 0.0], dtype=torch.float64), torch.tensor([1, 0, 1, 1])
    options = {"ties": "shared", "position_weights": "p_list_mle", "k": 2, "variant": variant}
    values = [
        list_mle(scores[list(order)], relevance[list(order)], **options) for order in itertools.permutations(range(4))
    ]

    torch.testing.assert_close(torch.stack(values), values[0].expand(24))


@pytest.mark.parametrize("shape", [(0,), (2, 0), (0, 3)])
def test_nothing_has_an_order(shape):
    order, begins = ideal_order(torch.zeros(shape), None)

    assert order.shape == begins.shape == shape
