"""The margin ranking kernels: values, both gradients, and the shapes and dtypes they are called with."""

from __future__ import annotations

import pytest
import torch

from rankproof.implementations.cuda import margin_ranking as module
from rankproof.implementations.cuda.margin_ranking import margin_ranking
from tests.implementations.definitions import DEVICE


def definition(input1, input2, target, *, margin=0.0, reduction="mean"):
    values = torch.relu(margin - target.double() * (input1.double() - input2.double()))
    return {"none": values, "sum": values.sum(), "mean": values.sum() / max(1, values.numel())}[reduction]


def pairs(shape, dtype=torch.float64, seed=0):
    generator = torch.Generator().manual_seed(seed)
    input1, input2 = (torch.randn(shape, generator=generator, dtype=torch.float64).to(DEVICE, dtype) for _ in range(2))
    target = (torch.randint(0, 2, shape, generator=generator) * 2 - 1).to(DEVICE)
    return input1.requires_grad_(), input2.requires_grad_(), target


@pytest.mark.parametrize("reduction", ["none", "sum", "mean"])
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.float16, torch.bfloat16])
def test_values_and_gradients_are_the_definition_s(dtype, reduction):
    input1, input2, target = pairs((3, 8), dtype)
    result = margin_ranking(input1, input2, target, margin=0.5, reduction=reduction)
    expected = definition(input1, input2, target, margin=0.5, reduction=reduction)
    upstream = torch.randn_like(result)
    tolerance = {torch.float64: 1e-15, torch.float32: 1e-6}.get(dtype, 0.01)

    assert result.dtype == dtype
    torch.testing.assert_close(result.double(), expected, rtol=tolerance, atol=tolerance)
    got = torch.autograd.grad(result, (input1, input2), upstream)
    wanted = torch.autograd.grad(expected, (input1, input2), upstream.double())
    for gradient, exact in zip(got, wanted, strict=True):
        torch.testing.assert_close(gradient, exact, rtol=tolerance, atol=tolerance)


def test_more_pairs_than_a_program_takes(monkeypatch):
    monkeypatch.setattr(module, "PAIRS_OF_A_PROGRAM", 4)
    input1, input2, target = pairs((11,))
    result = margin_ranking(input1, input2, target, margin=0.5, reduction="sum")
    expected = definition(input1, input2, target, margin=0.5, reduction="sum")

    torch.testing.assert_close(result, expected)
    torch.testing.assert_close(*(torch.autograd.grad(loss, (input1, input2)) for loss in (result, expected)))


def test_a_margin_is_not_rounded_to_float32():
    score = torch.zeros(1, dtype=torch.float64, device=DEVICE)

    assert margin_ranking(score, score, score + 1, margin=0.1).item() == 0.1


def test_no_gradient_at_the_kink():
    input1 = torch.tensor([2.0, 0.5], device=DEVICE, requires_grad=True)
    loss = margin_ranking(input1, torch.tensor([1.0, 1.5], device=DEVICE), torch.ones(2, device=DEVICE), margin=1.0)
    loss.backward()

    assert input1.grad.tolist() == [0.0, -0.5]


def test_a_nan_score_stays_with_its_pair():
    scores = torch.tensor([torch.nan, 1.0], device=DEVICE)
    values = margin_ranking(scores, torch.tensor([0.0, 2.0], device=DEVICE), scores.new_ones(2), reduction="none")

    assert values.isnan().tolist() == [True, False]
    assert values[1] == 1


@pytest.mark.parametrize("shape", [(0,), (0, 3), (3, 0)])
@pytest.mark.parametrize("reduction", ["none", "sum", "mean"])
def test_no_pair_is_a_zero_that_keeps_the_graph(shape, reduction):
    input1, input2, target = pairs(shape)
    result = margin_ranking(input1, input2, target, reduction=reduction)
    result.sum().backward()

    assert result.shape == (shape if reduction == "none" else ())
    assert result.sum() == 0
    assert input1.grad.shape == shape


@pytest.mark.parametrize("which", [0, 1])
def test_only_the_gradient_that_is_asked_for_is_computed(which):
    inputs = list(pairs((4,)))
    inputs[1 - which] = inputs[1 - which].detach()
    margin_ranking(*inputs, margin=0.5).backward()

    assert inputs[which].grad is not None
    assert inputs[1 - which].grad is None


def test_strided_inputs_and_labels_of_any_type():
    input1, input2, target = pairs((8, 3))
    expected = definition(input1, input2, target, margin=0.5)
    columns = [tensor.detach().t().contiguous().t() for tensor in (input1, input2)]

    assert not columns[0].is_contiguous()
    for labels in (target.to(torch.int8), target.half(), target.t().contiguous().t()):
        torch.testing.assert_close(margin_ranking(*columns, labels, margin=0.5), expected.detach())


def test_vmap_maps_over_any_axis():
    input1, input2, target = (tensor.detach() for tensor in pairs((5, 3)))

    def gradient(a, b, y):
        return torch.func.grad(lambda x: margin_ranking(x, b, y, margin=0.5, reduction="sum", validate=False))(a)

    mapped = torch.func.vmap(gradient, in_dims=(1, 1, 1), out_dims=1)(input1, input2, target)
    direct = torch.func.grad(lambda x: margin_ranking(x, input2, target, margin=0.5, reduction="sum"))(input1)

    torch.testing.assert_close(mapped, direct)
