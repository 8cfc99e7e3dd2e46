"""What loops over the items get wrong in ListNet."""

from __future__ import annotations

import torch

from rankproof.implementations.loop.list_net import list_net

EPSILON = torch.finfo(torch.float64).eps


def test_the_gradient_of_the_highest_score_is_not_what_the_others_leave() -> None:
    """As what all the others lag behind, it would have the sum of their gradients, and of their rounding errors."""
    generator = torch.Generator().manual_seed(0)
    scores = torch.randn(65, dtype=torch.float64, generator=generator).requires_grad_()
    labels = torch.randint(5, (65,), generator=generator).to(torch.float64)
    (got,) = torch.autograd.grad(list_net(scores, labels, target="labels"), scores)
    share = torch.softmax(scores.detach(), 0) * labels.sum()
    assert torch.all(abs(got - (share - labels)) <= 8 * EPSILON * (share + labels))
