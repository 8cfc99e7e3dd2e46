"""The kernels of Bayesian personalized ranking: what is kept, and both derivatives."""

from __future__ import annotations

import math

import pytest
import torch

from rankproof.implementations.cuda.bpr import bpr
from rankproof.implementations.vectorized.bpr import bpr as vectorized
from tests.implementations.definitions import DEVICE


def scores(shape=(3, 5), dtype=torch.float64):
    generator = torch.Generator().manual_seed(0)
    both = (2 * torch.randn((2, *shape), generator=generator, dtype=torch.float64)).to(DEVICE, dtype)
    return both[0].clone().requires_grad_(), both[1].clone().requires_grad_()


@pytest.mark.parametrize("form", ["log_sigmoid", "one_minus_sigmoid"])
@pytest.mark.parametrize("reduction", ["none", "sum", "mean"])
def test_values_and_gradients_are_those_of_the_formula(form, reduction):
    inputs = scores()
    results = [compute(*inputs, form=form, reduction=reduction) for compute in (bpr, vectorized)]
    upstream = torch.randn_like(results[0])
    found, expected = (torch.autograd.grad(result, inputs, upstream) for result in results)

    torch.testing.assert_close(*results)
    torch.testing.assert_close(found, expected)


@pytest.mark.parametrize("form", ["log_sigmoid", "one_minus_sigmoid"])
def test_gradcheck_passes_twice(form):
    inputs = scores((4,))

    assert torch.autograd.gradcheck(lambda p, n: bpr(p, n, form=form), inputs)
    assert torch.autograd.gradgradcheck(lambda p, n: bpr(p, n, form=form), inputs)
    assert torch.autograd.gradgradcheck(lambda p: bpr(p, inputs[1].detach(), form=form), inputs[:1])


@pytest.mark.parametrize("needed", [0, 1])
def test_one_gradient_is_computed_without_the_other(needed):
    inputs = [each.detach().requires_grad_(place == needed) for place, each in enumerate(scores())]
    bpr(*inputs).backward()

    assert inputs[needed].grad.abs().min() > 0
    assert inputs[1 - needed].grad is None


def test_a_pair_in_the_right_order_costs_what_float32_can_hold():
    leads = torch.tensor([20.0, 60.0], device=DEVICE)
    expected = torch.tensor([math.log1p(math.exp(-20)), math.log1p(math.exp(-60))], device=DEVICE)

    torch.testing.assert_close(bpr(leads, leads * 0, reduction="none"), expected, rtol=1e-5, atol=0)


def test_many_programs_share_the_pairs():
    inputs = scores((2500,), torch.float32)

    torch.testing.assert_close(bpr(*inputs), vectorized(*inputs))
