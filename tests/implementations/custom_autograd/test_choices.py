"""Likelihoods of choices: lists whose exponentials underflow, and what is no ordinary number."""

from __future__ import annotations

import math

import pytest
import torch

from rankproof.implementations.custom_autograd import choices
from rankproof.implementations.custom_autograd.choices import log_likelihood

INF = math.inf


def by_definition(scores, weights=None, begins=None):
    """One list, place by place."""
    total = scores.new_zeros(())
    for place in range(len(scores)):
        begin = place if begins is None else int(begins[place])
        chance = torch.log_softmax(scores[begin:], 0)[place - begin]
        total = total + (1 if weights is None else weights[place]) * chance
    return total


def lists(spread, seed=0):
    scores = spread * torch.randn(4, 7, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))
    return scores.requires_grad_()


@pytest.mark.parametrize("spread", [1.0, 100.0, 1e4])
@pytest.mark.parametrize("grouped", [False, True])
def test_near_and_far_scores_have_the_likelihood_of_the_definition(spread, grouped):
    scores = lists(spread)
    weights = torch.rand(4, 7, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    begins = torch.tensor([0, 0, 2, 3, 3, 3, 6]).expand(4, 7) if grouped else None
    expected = torch.stack(
        [by_definition(row, w, None if begins is None else begins[0]) for row, w in zip(scores, weights, strict=True)]
    )
    value = log_likelihood(scores, None, None, weights, begins)

    torch.testing.assert_close(value, expected, rtol=1e-13, atol=1e-13)
    (got,) = torch.autograd.grad(value.sum(), scores)
    (wanted,) = torch.autograd.grad(expected.sum(), scores)
    torch.testing.assert_close(got, wanted, rtol=1e-12, atol=1e-13)


def test_a_far_list_leaves_the_others_to_the_running_sum(monkeypatch):
    seen = []
    far_apart = choices._chances_far_apart
    monkeypatch.setattr(choices, "_chances_far_apart", lambda *args: seen.append(len(args[0])) or far_apart(*args))
    scores = torch.tensor([[1.0, 0.0, 2.0], [1e4, 0.0, -1e4]])
    value = log_likelihood(scores, None, None)

    assert seen == [1]
    torch.testing.assert_close(value[0], by_definition(scores[0].double()))
    assert value[1] == 0


def test_items_at_minus_infinity_are_chosen_last_and_cost_nothing_among_themselves():
    scores = torch.tensor([[1.0, 0.0, -INF, -INF], [-INF, 1.0, 0.0, -INF]], requires_grad=True)
    value = log_likelihood(scores, None, None)
    (gradient,) = torch.autograd.grad(value.sum(), scores)

    assert value[0].item() == pytest.approx(-math.log1p(math.exp(-1)))
    assert value[1] == -INF
    assert gradient.isfinite().all()
    assert gradient[0, 2:].tolist() == [0, 0]
    assert gradient[1, 0] == 1
