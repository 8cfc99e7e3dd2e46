"""A pair that meets the margin exactly has a gradient of 0, in the readable variants as in the reference."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.calls import implementation, reference_gradient

READABLE = ["loop", "vectorized"]


@pytest.mark.parametrize("variant", READABLE)
@pytest.mark.parametrize("negatives", ["all", "hardest", "semi_hard"])
def test_a_negative_exactly_at_the_margin_is_left_alone(variant, negatives):
    scores, relevance = torch.tensor([1.5, 0.5], requires_grad=True), torch.tensor([1, 0])
    implementation(variant, "pairwise_hinge")(scores, relevance, negatives=negatives).backward()
    stated = reference_gradient("pairwise_hinge")([1.5, 0.5], [1, 0], negatives=negatives)["scores"]

    assert torch.equal(scores.grad, torch.zeros(2))
    np.testing.assert_array_equal(stated, [0, 0])


@pytest.mark.parametrize("variant", READABLE)
@pytest.mark.parametrize("negatives", ["hardest", "semi_hard"])
def test_of_equally_hard_negatives_the_gradient_sums_to_that_of_one(variant, negatives):
    scores, relevance = torch.tensor([1.0, 0.5, 0.5], requires_grad=True), torch.tensor([1, 0, 0])
    loss = implementation(variant, "pairwise_hinge")(scores, relevance, negatives=negatives)
    loss.backward()

    assert loss == 0.5
    assert scores.grad[0] == -1
    assert scores.grad[1:].sum() == 1


@pytest.mark.parametrize("variant", READABLE)
@pytest.mark.parametrize(("violation", "gradient"), [("margin", 0.0), ("margin_inclusive", 1.0), ("misranking", 0.0)])
def test_warp_at_the_margin_follows_its_convention(variant, violation, gradient):
    scores = torch.tensor([1.5, 0.5], requires_grad=True)
    implementation(variant, "warp")(scores, torch.tensor([1, 0]), torch.tensor([1]), violation=violation).backward()

    assert torch.equal(scores.grad, torch.tensor([-gradient, gradient]))
