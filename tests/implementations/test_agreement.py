"""The variants and the reference agree for every convention, in values and in gradients."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.calls import LOSSES, SCORES, implementation, random_calls, reference, reference_gradient
from tests.implementations.definitions import DEVICE

READABLE = ["loop", "vectorized"]
VARIANTS = [*READABLE, "custom_autograd", *(["cuda"] if DEVICE == "cpu" else [])]
INTERPRETED = 8  # calls of kernels in Triton's interpreter, which takes its time


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("loss", LOSSES)
def test_value_and_gradient_are_the_reference_s_for_every_convention(variant, loss):
    rng = np.random.default_rng(5)
    calls = list(random_calls(loss, seed=6))
    for call in calls[:: max(1, len(calls) // INTERPRETED)] if variant == "cuda" else calls:
        expected = np.asarray(reference(loss)(**call.for_numpy()))
        upstream = rng.normal(size=expected.shape)
        gradients = reference_gradient(loss)(**call.for_numpy(), upstream=upstream)
        arguments = call.for_torch(loss)
        result = implementation(variant, loss)(**arguments)
        result.backward(torch.as_tensor(upstream))

        np.testing.assert_allclose(result.detach(), expected, rtol=1e-12, atol=1e-14, err_msg=str(call))
        for name in SCORES[loss]:
            np.testing.assert_allclose(arguments[name].grad, gradients[name], rtol=1e-12, atol=1e-14, err_msg=str(call))


@pytest.mark.parametrize("variant", READABLE)
@pytest.mark.parametrize("loss", LOSSES)
def test_gradcheck_passes_away_from_the_kinks(variant, loss):
    for call in list(random_calls(loss, seed=7))[::7]:
        arguments = call.for_torch(loss)
        names = SCORES[loss]

        def function(*scores, arguments=arguments, names=names):
            # Padding holds NaN, of which there are no numerical differences.
            return implementation(variant, loss)(**(arguments | dict(zip(names, scores, strict=True))))

        scores = [arguments[name].detach().nan_to_num().requires_grad_() for name in names]
        if loss == "warp":
            # Its weight jumps where the order of the scores changes; the step must not get there.
            assert torch.autograd.gradcheck(function, scores, eps=1e-7, atol=1e-5)
        else:
            assert torch.autograd.gradcheck(function, scores)


@pytest.mark.parametrize("variant", READABLE)
def test_soft_rank_can_be_differentiated_twice(variant):
    scores = torch.tensor([0.3, -1.0, 0.9], dtype=torch.float64, requires_grad=True)

    assert torch.autograd.gradgradcheck(implementation(variant, "soft_rank"), (scores,))


@pytest.mark.parametrize("variant", READABLE)
def test_approx_ndcg_can_be_differentiated_twice(variant):
    scores = torch.tensor([0.3, -1.0, 0.9], dtype=torch.float64, requires_grad=True)

    def function(scores):
        return implementation(variant, "approx_ndcg")(scores, torch.tensor([1, 0, 2]), k=2)

    assert torch.autograd.gradgradcheck(function, (scores,))
