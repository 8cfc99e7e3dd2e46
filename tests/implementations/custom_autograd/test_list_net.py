"""What the hand-written ListNet keeps, and that it can be differentiated again and again."""

from __future__ import annotations

import pytest
import torch

from rankproof.implementations.custom_autograd.list_net import list_net
from tests.calls import implementation
from tests.implementations.definitions import DEVICE

OPTIONS = [
    {},
    {"target": "labels", "nothing_relevant": "uniform", "temperature": 0.5},
    {"target": "normalized_labels", "nothing_relevant": "skip"},
]


def lists(items=4, dtype=torch.float64):
    """Lists of which the second has nothing relevant."""
    generator = torch.Generator().manual_seed(2)
    scores = torch.randn(3, items, generator=generator, dtype=torch.float64).to(DEVICE, dtype).requires_grad_()
    relevance = torch.randint(0, 4, (3, items), generator=generator).to(DEVICE)
    relevance[1] = 0
    return scores, relevance, (torch.rand(3, items, generator=generator) > 0.3).to(DEVICE)


@pytest.mark.parametrize("options", OPTIONS)
def test_differentiable_twice(options):
    scores, relevance, mask = lists()

    assert torch.autograd.gradgradcheck(lambda s: list_net(s, relevance, mask=mask, **options), (scores,))


@pytest.mark.parametrize("options", OPTIONS)
def test_the_third_derivative_is_that_of_the_tensor_operations(options):
    scores, relevance, mask = lists()
    found = []
    for variant in ("custom_autograd", "vectorized"):
        derivative = implementation(variant, "list_net")(scores, relevance, mask=mask, **options)
        for power in (2, 3, 1):
            (gradient,) = torch.autograd.grad(derivative, scores, create_graph=True)
            derivative = (gradient**power).sum()
        found.append(gradient)

    torch.testing.assert_close(*found)


def test_labels_are_kept_and_no_probabilities():
    scores, relevance, _ = lists(1000)
    kept = []

    def keep(tensor):
        kept.append(tensor)
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        list_net(scores, relevance, target="labels", reduction="sum")

    assert sorted(tensor.numel() for tensor in kept) == [3, 3000, 3000]
    assert any(torch.equal(tensor, scores) for tensor in kept)
    assert any(torch.equal(tensor, relevance.to(scores)) for tensor in kept)


def test_minus_infinite_scores_without_a_label_cost_nothing_and_leave_the_others_finite():
    scores = torch.tensor([[-torch.inf, 0.0, 0.0]], device=DEVICE, requires_grad=True)
    loss = list_net(scores, torch.tensor([[0, 1, 0]], device=DEVICE), target="labels")
    loss.backward()

    torch.testing.assert_close(loss, torch.tensor(2.0, device=DEVICE).log())
    assert scores.grad.tolist() == [[0, -0.5, 0.5]]
