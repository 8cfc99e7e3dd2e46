"""Soft ranks, and the metrics of them, by series and by tiles."""

from __future__ import annotations

import pytest
import torch

from rankproof.implementations.custom_autograd import sigmoid_series, sigmoid_tiles
from rankproof.implementations.custom_autograd.soft_ranks import soft_ranks
from tests.calls import implementation
from tests.implementations.definitions import DEVICE

SETTINGS = [
    ("approx_mrr", {}),
    ("approx_mrr", {"several": "mean"}),
    ("approx_recall", {"k": 2}),
    ("approx_recall", {"k": 3, "cutoff": "at_k", "normalization": "at_most_k"}),
    ("approx_map", {}),
    ("approx_map", {"hits": "ranks", "rank_temperature": 2.0}),
    ("approx_map", {"hits": "hard"}),
]


@pytest.fixture(params=["tiles", "series"])
def way(request, monkeypatch):
    """Both ways at sizes that a test can afford: many small tiles, and a series where it does not pay."""
    monkeypatch.setattr(sigmoid_tiles, "CPU_TILE", 16)
    monkeypatch.setattr(sigmoid_tiles, "CUDA_TILE", 16)
    monkeypatch.setattr(sigmoid_series, "CHEAPER_THAN", 0.2 if request.param == "series" else 1e9)
    return request.param


def lists(items=21, dtype=torch.float32):
    """Scores with NaN in the padding, positives, of which the second list has none, and the mask."""
    generator = torch.Generator().manual_seed(0)
    scores = torch.randn(3, items, generator=generator, dtype=torch.float64)
    positives = torch.rand(3, items, generator=generator) < 0.3
    mask = torch.rand(3, items, generator=generator) > 0.2
    positives[1] = False
    scores[~mask] = torch.nan
    return scores.to(DEVICE, dtype), positives.to(DEVICE), mask.to(DEVICE)


@pytest.mark.parametrize(("loss", "options"), SETTINGS)
def test_both_ways_agree_with_the_table_of_all_pairs(loss, options, way):
    scores, positives, mask = lists()
    found = []
    for variant, dtype in (("custom_autograd", torch.float32), ("vectorized", torch.float64)):
        leaf = scores.to(dtype).requires_grad_()
        values = implementation(variant, loss)(leaf, positives, mask=mask, temperature=0.5, reduction="none", **options)
        upstream = torch.tensor([2.0, -1.0, 0.5], device=DEVICE, dtype=dtype)
        found.append((values.double(), torch.autograd.grad(values, leaf, upstream)[0].double()))

    torch.testing.assert_close(*(values for values, _ in found), rtol=2e-5, atol=2e-6)
    torch.testing.assert_close(*(gradient for _, gradient in found), rtol=2e-5, atol=2e-6)


@pytest.mark.parametrize(("loss", "options"), SETTINGS)
def test_an_infinite_score_saturates_every_sigmoid(loss, options, way):
    infinite = torch.tensor([[torch.inf, 0.0, 1.0, -torch.inf, 0.5]], device=DEVICE, requires_grad=True)
    far = torch.tensor([[1e3, 0.0, 1.0, -1e3, 0.5]], device=DEVICE, requires_grad=True)
    positives = torch.tensor([[0, 1, 0, 1, 0]], device=DEVICE)
    compute = implementation("custom_autograd", loss)
    results = [compute(scores, positives, **options) for scores in (infinite, far)]
    gradients = [torch.autograd.grad(*each)[0] for each in zip(results, (infinite, far), strict=True)]

    torch.testing.assert_close(*results)
    torch.testing.assert_close(*gradients)


def test_ranks_of_members_alone_are_those_of_a_shorter_list(way):
    scores, members, _ = lists()
    scores = scores.nan_to_num(nan=1e4).requires_grad_()
    ranks = soft_ranks(scores, members, 1.0, loss="approx_map")
    (gradient,) = torch.autograd.grad(ranks[members].square().sum(), scores)
    own = scores[0, members[0]].detach().requires_grad_()
    alone = soft_ranks(own, None, 1.0, loss="approx_map")

    torch.testing.assert_close(ranks[0, members[0]], alone)
    torch.testing.assert_close(gradient[0, members[0]], torch.autograd.grad(alone.square().sum(), own)[0])
    assert (gradient[~members] == 0).all()


@pytest.mark.parametrize(("loss", "options"), SETTINGS[1:])
def test_a_second_derivative_is_refused_with_a_way_out(loss, options):
    scores, positives, mask = lists(dtype=torch.float64)
    scores.nan_to_num_().requires_grad_()
    result = implementation("custom_autograd", loss)(scores, positives, mask=mask, **options)
    (gradient,) = torch.autograd.grad(result, scores, create_graph=True)

    with pytest.raises(RuntimeError, match=rf"^{loss}: .* no second derivative; use .* variant='vectorized'"):
        gradient.sum().backward()


def test_the_best_rank_alone_can_be_differentiated_twice():
    scores, positives, mask = lists(dtype=torch.float64)
    scores.nan_to_num_().requires_grad_()

    def loss(s):
        return implementation("custom_autograd", "approx_mrr")(s, positives, mask=mask)

    assert torch.autograd.gradgradcheck(loss, (scores,))


@pytest.mark.parametrize("variant", ["loop", "vectorized", "custom_autograd", "cuda"])
def test_tied_positives_that_rank_best_share_one_gradient(variant):
    scores = torch.zeros(3, device=DEVICE, requires_grad=True)
    loss = implementation(variant, "approx_mrr")(scores, torch.tensor([1, 1, 0], device=DEVICE))
    loss.backward()

    assert loss == -0.5
    torch.testing.assert_close(scores.grad[2].item(), 1 / 16)
    torch.testing.assert_close(scores.grad.sum().item(), 0.0)


@pytest.mark.parametrize("variant", ["custom_autograd", "cuda"])
def test_hard_hits_of_tied_and_lowest_positives_are_counted_among_the_positives(variant):
    scores = torch.tensor([1.0, 1.0, -torch.inf, 1.0, 2.0, -torch.inf], device=DEVICE)
    positives = torch.tensor([1, 1, 1, 0, 0, 0], device=DEVICE)
    compute = implementation(variant, "approx_map")
    found = compute(scores[:5], positives[:5], hits="hard", temperature=1e-3, form="metric")

    torch.testing.assert_close(found.item(), (2 / 3 + 2 / 3 + 3 / 5) / 3)
