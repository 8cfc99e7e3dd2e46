"""The one-pass margin ranking loss."""

from __future__ import annotations

import pytest
import torch

from rankproof.implementations.custom_autograd.margin_ranking import margin_ranking
from tests.implementations.definitions import DEVICE

REDUCTIONS = {
    "none": lambda losses: losses,
    "sum": torch.sum,
    "mean": torch.mean,
}


def pairs(shape=(2, 9), dtype=torch.float64, seed=0):
    generator = torch.Generator().manual_seed(seed)
    first, second = (torch.randn(shape, generator=generator, dtype=torch.float64).to(DEVICE, dtype) for _ in range(2))
    target = torch.randint(0, 2, shape, generator=generator).to(DEVICE) * 2 - 1
    return first.requires_grad_(), second.requires_grad_(), target


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
@pytest.mark.parametrize("target_dtype", [torch.int64, torch.int8, torch.float32])
def test_value_and_gradients_are_the_definition_s(reduction, dtype, target_dtype):
    first, second, target = pairs(dtype=dtype)
    result = margin_ranking(first, second, target.to(target_dtype), margin=0.5, reduction=reduction)
    expected = REDUCTIONS[reduction](torch.relu(0.5 - target * (first - second)))
    upstream = torch.randn(result.shape, generator=torch.Generator().manual_seed(1)).to(result)

    torch.testing.assert_close(result, expected)
    for got, wanted in zip(
        torch.autograd.grad(result, (first, second), upstream),
        torch.autograd.grad(expected, (first, second), upstream),
        strict=True,
    ):
        torch.testing.assert_close(got, wanted)


def test_half_precision_is_rounded_once():
    first = torch.tensor([-2048.0], dtype=torch.float16, device=DEVICE)
    result = margin_ranking(first, torch.ones_like(first), torch.ones_like(first), margin=1.0, reduction="sum")

    # In float16 the difference would become 2048, and the sum with the margin again.
    assert result.item() == 2050
    assert result.dtype == torch.float16


def test_no_gradient_at_the_margin():
    first = torch.tensor([1.0, 1.0], device=DEVICE, requires_grad=True)
    second = torch.tensor([0.0, 0.25], device=DEVICE, requires_grad=True)
    margin_ranking(first, second, torch.ones_like(first), margin=1.0, reduction="sum").backward()

    assert first.grad.tolist() == [0, -1]
    assert second.grad.tolist() == [0, 1]


@pytest.mark.parametrize("needed", [0, 1])
def test_one_input_alone_may_need_a_gradient(needed):
    *scores, target = pairs()
    expected = torch.autograd.grad(margin_ranking(*scores, target), scores)[needed]
    scores[1 - needed] = scores[1 - needed].detach()
    margin_ranking(*scores, target).backward()

    assert torch.equal(scores[needed].grad, expected)


def test_the_buffer_of_the_losses_is_all_that_is_kept():
    first, second, target = pairs((1000,))
    kept = []

    def keep(tensor):
        kept.append(tensor.untyped_storage().data_ptr())
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        losses = margin_ranking(first, second, target, reduction="none")

    assert set(kept) == {losses.untyped_storage().data_ptr(), target.untyped_storage().data_ptr()}


def test_inputs_are_left_as_they_are():
    first, second, target = (tensor.detach() for tensor in pairs())
    before = [tensor.clone() for tensor in (first, second, target)]
    margin_ranking(first, second, target, margin=0.5)

    assert all(map(torch.equal, (first, second, target), before))
