"""The losses under create_graph and torch.compile."""

from __future__ import annotations

import pytest
import torch

from rankproof.implementations.cuda.approx_ndcg import approx_ndcg
from rankproof.implementations.cuda.margin_ranking import margin_ranking
from rankproof.implementations.cuda.pairwise_hinge import pairwise_hinge
from rankproof.implementations.cuda.soft_rank import soft_rank
from rankproof.implementations.cuda.warp import warp
from tests.implementations.definitions import DEVICE

LABELS = torch.tensor([[1, 0, 0, 1], [0, 0, 1, 0]], device=DEVICE)
ORDER = torch.tensor([[1, 2, 3], [3, 1, 0]], device=DEVICE)
LOSSES = {
    "margin_ranking": lambda s: margin_ranking(s, s.flip(-1), 2 * LABELS - 1, margin=0.5, reduction="none"),
    "pairwise_hinge": lambda s: pairwise_hinge(s, LABELS, normalization="list_pairs", reduction="none"),
    "approx_ndcg": lambda s: approx_ndcg(s, LABELS, reduction="none"),
    "soft_rank": lambda s: soft_rank(s),
    "warp": lambda s: warp(s, LABELS, ORDER, negatives="others", normalization="positives", reduction="none"),
}


def scores():
    return torch.randn(2, 4, generator=torch.Generator().manual_seed(0)).to(DEVICE).requires_grad_()


@pytest.mark.parametrize("loss", ["margin_ranking", "pairwise_hinge", "warp"])
def test_the_gradient_is_differentiable_in_the_upstream_gradient(loss):
    s = scores()
    result = LOSSES[loss](s)
    upstream = torch.ones_like(result).requires_grad_()
    (gradient,) = torch.autograd.grad(result, s, upstream, create_graph=True)
    direction = torch.randn(gradient.shape, generator=torch.Generator().manual_seed(1)).to(DEVICE)
    (second,) = torch.autograd.grad(gradient, upstream, direction)
    # Away from kinks the losses are linear in the scores, so that a difference is a derivative.
    step = 2.0**-10
    difference = (LOSSES[loss](s + step * direction) - LOSSES[loss](s - step * direction)) / (2 * step)

    torch.testing.assert_close(second, difference, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("loss", ["approx_ndcg", "soft_rank"])
def test_a_second_derivative_that_there_is_not_is_refused(loss):
    s = scores()
    (gradient,) = torch.autograd.grad(LOSSES[loss](s).sum(), s, create_graph=True)

    with pytest.raises(RuntimeError, match=rf"^{loss}: got a second derivative.*'vectorized'"):
        gradient.sum().backward()


@pytest.mark.parametrize("loss", LOSSES)
def test_a_compiled_loss_is_the_loss(loss):
    torch._dynamo.reset()
    s = scores()
    compiled, plain = torch.compile(LOSSES[loss], backend="aot_eager")(s), LOSSES[loss](s)

    torch.testing.assert_close(compiled, plain)
    torch.testing.assert_close(*(torch.autograd.grad(result.sum(), s) for result in (compiled, plain)))
