"""What padding holds changes neither value nor gradient, and its own gradient is exactly 0."""

from __future__ import annotations

import pytest
import torch

from tests.calls import LOSSES, implementation, random_calls

READABLE = ["loop", "vectorized"]
LABELS = {"pairwise_hinge": "relevance", "approx_ndcg": "relevance", "warp": "positives"}


@pytest.mark.parametrize("variant", READABLE)
@pytest.mark.parametrize("loss", LOSSES[1:])
@pytest.mark.parametrize("content", [float("nan"), float("inf"), -1e30, 7.0])
def test_what_padding_holds_changes_nothing(variant, loss, content):
    for call in random_calls(loss, seed=8):
        if call.mask is None:
            continue
        arguments = call.for_torch(loss)
        padding = ~arguments["mask"]
        expected, gradient = run(variant, loss, arguments, torch.zeros(()), padding)
        result, other = run(variant, loss, arguments, torch.tensor(content), padding)

        assert torch.equal(result, expected)
        assert torch.equal(other, gradient)
        assert (other[padding] == 0).all()


def run(variant, loss, arguments, content, padding):
    """Value and gradient with the padding of scores and labels filled."""
    scores = torch.where(padding, content, arguments["scores"].detach()).requires_grad_()
    labels = torch.where(padding, content, arguments[LABELS[loss]])
    result = implementation(variant, loss)(**(arguments | {"scores": scores, LABELS[loss]: labels}))
    result.sum().backward()
    return result.detach(), scores.grad
