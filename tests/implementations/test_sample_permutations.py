"""Random orders have the Plackett-Luce law, by tests that hold exactly and reject a right sampler less than once in
10 million runs of this file, and follow the generator alone."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import torch

from rankproof.conformance.checks.frequencies import surprise_of_count, surprise_of_entropy
from rankproof.implementations import plackett_luce, sample_permutations

DRAWS = 4096
ALARM = 1e-9  # for each list; there are a dozen
INF = math.inf


def law(scores, real):
    """Every order of the real items, behind which padding stands, and its probability."""
    padding = [i for i in range(len(scores)) if i not in real]
    orders = torch.tensor([[*order, *padding] for order in itertools.permutations(real)])
    mask = torch.tensor([i in real for i in range(len(scores))])
    repeated = scores.double().expand(orders.shape)
    options = {"form": "probability", "reduction": "none", "mask": mask.expand(orders.shape), "variant": "loop"}
    return orders.tolist(), plackett_luce(repeated, orders, **options).numpy()


def surprise(drawn, orders, probabilities):
    """The smallest p-value of all counts, times their number, and of their relative entropy."""
    names = [tuple(order) for order in orders]
    counts = dict.fromkeys(names, 0)
    for order in drawn.tolist():
        assert tuple(order) in counts, f"{order} is no order of this list"
        counts[tuple(order)] += 1
    found = np.array([counts[name] for name in names])
    chances = probabilities / probabilities.sum()
    each = min(surprise_of_count(int(k), len(drawn), float(p)) for k, p in zip(found, chances, strict=True))
    return min(1.0, len(names) * each, surprise_of_entropy(found, chances))


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


LISTS = [
    pytest.param([0.0, 0.0, 0.0], id="equal"),
    pytest.param([0.5, 1.0, -0.2], id="ordinary"),
    pytest.param([1.0, -2.0, 0.0, 0.5], id="four"),
    pytest.param([1e4, 1e4 - 1, 1e4 + 0.5], id="far from 0"),
    pytest.param([1e4, -1e4, 1e4 - 1, -1e4], id="far apart"),
]


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
@pytest.mark.parametrize("scores", LISTS)
def test_orders_have_their_probabilities(scores, dtype):
    scores = torch.tensor(scores, dtype=dtype)
    drawn = sample_permutations(scores, DRAWS, generator=generator(1))

    assert surprise(drawn, *law(scores, range(len(scores)))) > ALARM


def test_padding_takes_no_part_and_comes_last():
    scores = torch.tensor([1.0, math.nan, 0.0, INF, 0.5])
    mask = torch.tensor([True, False, True, False, True])
    drawn = sample_permutations(scores, DRAWS, mask=mask, generator=generator(2))

    assert surprise(drawn, *law(scores, [0, 2, 4])) > ALARM


def test_items_at_minus_infinity_come_last_in_any_order():
    drawn = sample_permutations(torch.tensor([-INF, 0.0, -INF]), DRAWS, generator=generator(3))

    assert surprise(drawn, [[1, 0, 2], [1, 2, 0]], np.array([0.5, 0.5])) > ALARM


def test_items_at_infinity_come_first_in_any_order():
    drawn = sample_permutations(torch.tensor([INF, 0.0, INF]), DRAWS, generator=generator(3))

    assert surprise(drawn, [[0, 2, 1], [2, 0, 1]], np.array([0.5, 0.5])) > ALARM


def test_a_wrong_sampler_is_caught():
    scores = torch.tensor([0.5, 1.0, -0.2])
    uniform = torch.rand(DRAWS, 3, generator=generator(4))
    orders, probabilities = law(scores, range(3))

    assert surprise((scores + uniform).argsort(-1, descending=True), orders, probabilities) < ALARM
    halved = scores / 2 - uniform.log().neg().log()
    assert surprise(halved.argsort(-1, descending=True), orders, probabilities) < ALARM


def test_the_orders_of_a_list_and_the_lists_of_a_batch_are_drawn_apart():
    pairs = sample_permutations(torch.zeros(2, 2), DRAWS, generator=generator(5))[..., 0]
    joint = np.array([int(((pairs[0] == a) & (pairs[1] == b)).sum()) for a in (0, 1) for b in (0, 1)])
    following = np.array([int(((pairs[0, 1:] == a) & (pairs[0, :-1] == b)).sum()) for a in (0, 1) for b in (0, 1)])

    assert surprise_of_entropy(joint, np.full(4, 0.25)) > ALARM
    assert surprise_of_entropy(following[::3], np.full(2, 0.5)) > ALARM


@pytest.mark.parametrize("shape", [(3,), (2, 3), (2, 0, 3), (0,), (2, 0)])
def test_there_are_n_orders_of_each_list(shape):
    drawn = sample_permutations(torch.zeros(shape), 5)

    assert drawn.shape == (*shape[:-1], 5, shape[-1])
    assert drawn.dtype == torch.int64


def test_a_generator_makes_the_orders_repeatable_and_leaves_the_global_one_alone():
    scores, state = torch.randn(2, 6), torch.get_rng_state()
    first, again, other = (sample_permutations(scores, 4, generator=generator(seed)) for seed in (7, 7, 8))

    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert torch.equal(torch.get_rng_state(), state)


def test_nothing_is_differentiated():
    scores = torch.zeros(3, requires_grad=True)
    orders = sample_permutations(scores, 2)

    assert not orders.requires_grad
    plackett_luce(scores.expand(2, 3), orders).backward()
    assert scores.grad.shape == (3,)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (([0.0],), TypeError, r"^scores: got list"),
        ((torch.tensor(1.0),), ValueError, r"^scores: got a tensor without axes"),
        ((torch.zeros(2), 0), ValueError, r"^n: got 0, expected at least 1"),
        ((torch.tensor([0.0, math.nan]),), ValueError, r"^scores: got nan at \[1\], expected a number"),
        ((torch.zeros(2), 1.5), TypeError, r"^n: got 1.5, expected an integer"),
    ],
)
def test_wrong_arguments_are_refused_by_name(arguments, error, message):
    with pytest.raises(error, match=message):
        sample_permutations(*arguments)
    with pytest.raises(TypeError, match=r"^generator: got int"):
        sample_permutations(torch.zeros(2), generator=0)
    with pytest.raises(ValueError, match=r"^mask: got shape \[1\]"):
        sample_permutations(torch.zeros(2), mask=torch.tensor([True]))
