"""What padding holds changes neither value nor gradient, and its own gradient is exactly 0."""

from __future__ import annotations

import pytest
import torch

from tests.calls import MASKED, implementation, random_calls

READABLE = ["loop", "vectorized"]


@pytest.mark.parametrize("variant", READABLE)
@pytest.mark.parametrize("loss", MASKED)
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
    filled = {
        name: torch.where(padding, content, value.detach())
        for name, value in arguments.items()
        if isinstance(value, torch.Tensor) and value.is_floating_point()
    }
    result = implementation(variant, loss)(**(arguments | filled | {"scores": scores}))
    result.sum().backward()
    return result.detach(), scores.grad
