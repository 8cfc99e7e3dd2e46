"""The ListNet kernels: lists that share a program, lists of several blocks, and the dtypes that they read."""

from __future__ import annotations

import itertools

import pytest
import torch
from torch import Tensor

from rankproof.implementations.cuda import list_net as module
from rankproof.implementations.cuda.list_net import list_net
from tests.implementations.definitions import DEVICE, holds, real_lists, reduced

CONVENTIONS = list(
    itertools.product(["softmax", "labels", "normalized_labels"], ["counted", "uniform", "skip"], [1024, 2])
)


def definition(
    scores: Tensor,
    relevance: Tensor,
    *,
    target: str = "softmax",
    temperature: float = 1.0,
    nothing_relevant: str = "counted",
    mask: Tensor | None = None,
    reduction: str = "mean",
) -> Tensor:
    """List by list in float64."""
    values, counted = [], []
    for s, y in real_lists(scores, relevance.double(), mask):
        found = bool((y > 0).any())
        counted.append(int(found or nothing_relevant != "skip"))
        weights = {"labels": y, "normalized_labels": y / (y.sum() if found else 1)}.get(target, y.softmax(0))
        weights = y.softmax(0) if nothing_relevant == "uniform" and not found else weights
        values.append(-(weights * (s / temperature).log_softmax(0)).sum() * counted[-1])
    return reduced(values, counted, reduction, scores.shape[:-1])


def lists(shape=(3, 5), dtype=torch.float64, seed=0):
    """Lists of which the second has nothing relevant."""
    generator = torch.Generator().manual_seed(seed)
    scores = 2 * torch.randn(shape, generator=generator, dtype=torch.float64).to(DEVICE, dtype)
    relevance = torch.randint(0, 4, shape, generator=generator).to(DEVICE)
    relevance[1:2] = 0
    return scores, relevance, (torch.rand(shape, generator=generator) > 0.3).to(DEVICE)


@pytest.mark.parametrize(("target", "nothing_relevant", "columns"), CONVENTIONS)
def test_every_convention_in_one_block_and_in_several_with_nan_in_the_padding(
    target, nothing_relevant, columns, monkeypatch
):
    monkeypatch.setattr(module, "COLUMNS_OF_A_BLOCK", columns)
    monkeypatch.setattr(module, "ITEMS_OF_A_BLOCK", 2 * columns)
    scores, relevance, mask = lists()
    scores[~mask] = torch.nan
    options = {"target": target, "nothing_relevant": nothing_relevant, "mask": mask, "temperature": 0.7}

    holds(list_net, definition, (scores, relevance), **options)


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("target", ["softmax", "labels", "normalized_labels"])
def test_sums_are_rescaled_where_a_later_block_raises_the_maximum(order, target, monkeypatch):
    monkeypatch.setattr(module, "COLUMNS_OF_A_BLOCK", 2)
    scores = order * torch.linspace(-300, 300, 7, dtype=torch.float64, device=DEVICE)[None]
    relevance = order * torch.tensor([[0, 1, 2, 3, 4, 5, 6]], device=DEVICE) + (6 if order < 0 else 0)

    holds(list_net, definition, (scores, relevance), target=target)
    holds(list_net, definition, (scores, relevance.flip(-1)), target=target)


@pytest.mark.parametrize("columns", [1, 4])
def test_minus_infinite_scores_without_a_label_cost_nothing_and_leave_the_others_finite(columns, monkeypatch):
    monkeypatch.setattr(module, "COLUMNS_OF_A_BLOCK", columns)
    scores = torch.tensor([[-torch.inf, -50.0, -torch.inf, -51.0]], device=DEVICE, requires_grad=True)
    loss = list_net(scores, torch.tensor([[0, 1, 0, 0]], device=DEVICE), target="labels")
    loss.backward()
    chance = torch.tensor([-50.0, -51.0], device=DEVICE).softmax(0)

    torch.testing.assert_close(loss, -chance[0].log())
    torch.testing.assert_close(scores.grad, torch.stack([0 * chance[0], chance[0] - 1, 0 * chance[0], chance[1]])[None])


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
def test_other_dtypes(dtype):
    holds(list_net, definition, lists(dtype=dtype)[:2], reduction="none")


@pytest.mark.parametrize("dtype", [torch.bool, torch.uint8, torch.int64, torch.bfloat16])
def test_relevance_of_any_dtype(dtype):
    scores, relevance, mask = lists((2, 5))

    holds(list_net, definition, (scores, (relevance % 2).to(dtype)), mask=mask, target="labels")


def test_strided_lists():
    scores, relevance, mask = (tensor.t() for tensor in lists((6, 3)))

    assert not scores.is_contiguous()
    holds(list_net, definition, (scores, relevance), mask=mask)


def test_a_second_derivative_that_there_is_not_is_refused():
    scores, relevance, _ = lists()
    scores.requires_grad_()
    (gradient,) = torch.autograd.grad(list_net(scores, relevance), scores, create_graph=True)

    with pytest.raises(RuntimeError, match=r"^list_net: got a second derivative.*'custom_autograd'"):
        gradient.sum().backward()
