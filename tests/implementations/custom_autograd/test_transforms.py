"""The autograd functions under torch.func, vmap and torch.compile, and differentiated twice."""

from __future__ import annotations

import pytest
import torch

from rankproof.implementations.custom_autograd import active_pairs
from rankproof.implementations.custom_autograd.approx_map import approx_map
from rankproof.implementations.custom_autograd.approx_mrr import approx_mrr
from rankproof.implementations.custom_autograd.approx_ndcg import approx_ndcg
from rankproof.implementations.custom_autograd.approx_recall import approx_recall
from rankproof.implementations.custom_autograd.bpr import bpr
from rankproof.implementations.custom_autograd.margin_ranking import margin_ranking
from rankproof.implementations.custom_autograd.pairwise_hinge import pairwise_hinge
from rankproof.implementations.custom_autograd.pairwise_logistic import pairwise_logistic
from rankproof.implementations.custom_autograd.soft_rank import soft_rank
from rankproof.implementations.custom_autograd.warp import warp
from tests.implementations.definitions import DEVICE


def inputs():
    generator = torch.Generator().manual_seed(4)
    scores = torch.randn(3, 6, generator=generator, dtype=torch.float64).to(DEVICE).requires_grad_()
    grades = torch.randint(0, 4, (3, 6), generator=generator).to(DEVICE)
    order = torch.stack([torch.randperm(6, generator=generator) for _ in range(3)]).to(DEVICE)
    return scores, grades, order


CALLS = {
    "margin_ranking": lambda s, y, o: margin_ranking(s, o.to(s) / 4, 2 * (y % 2) - 1, margin=0.5),
    "pairwise_hinge-binary": lambda s, y, o: pairwise_hinge(s, y > 1),
    "pairwise_hinge-graded": lambda s, y, o: pairwise_hinge(s, y, normalization="batch_pairs"),
    "pairwise_hinge-hardest": lambda s, y, o: pairwise_hinge(s, y, negatives="hardest", normalization="list_pairs"),
    "pairwise_hinge-semi_hard": lambda s, y, o: pairwise_hinge(s, y, negatives="semi_hard", mask=y < 3),
    "bpr": lambda s, y, o: bpr(s, o.to(s) / 4),
    "bpr-one_minus_sigmoid": lambda s, y, o: bpr(s, o.to(s) / 4, form="one_minus_sigmoid"),
    "pairwise_logistic": lambda s, y, o: pairwise_logistic(s, y, normalization="batch_pairs", mask=y != 2),
    "pairwise_logistic-half": lambda s, y, o: pairwise_logistic(s, y, ties="half", base="two"),
    "approx_ndcg": lambda s, y, o: approx_ndcg(s, y, k=2, mask=y != 2, nothing_relevant="skip"),
    "approx_mrr-best": lambda s, y, o: approx_mrr(s, y > 1, mask=y != 2),
    "approx_recall": lambda s, y, o: approx_recall(s, y > 1, k=2, nothing_relevant="skip"),
    "approx_map": lambda s, y, o: approx_map(s, y > 1, hits="ranks"),
    "approx_map-hard": lambda s, y, o: approx_map(s, y > 1, hits="hard"),
    "soft_rank": lambda s, y, o: (soft_rank(s, mask=y != 2, temperature=0.5) * o).sum(),
    "warp-order": lambda s, y, o: warp(s, y > 2, o, mask=y != 1),
    "warp-others": lambda s, y, o: warp(s, y > 2, o, negatives="others", normalization="positives"),
}
DIFFERENTIABLE_ONCE = (
    "approx_ndcg",
    "approx_recall",
    "approx_map",
    "approx_map-hard",
    "pairwise_logistic",
    "pairwise_logistic-half",
    "soft_rank",
)


@pytest.fixture(params=CALLS)
def call(request, monkeypatch):
    # Small enough to be compared pair by pair, but what is to be traced and mapped is the counting.
    monkeypatch.setattr(active_pairs, "FEW_PAIRS", 0)
    return CALLS[request.param]


def test_vmap_gives_each_list_its_own_value_and_gradient(call):
    scores, grades, order = inputs()
    rows = [call(*(tensor[i] for tensor in (scores, grades, order))) for i in range(3)]
    gradients = [torch.autograd.grad(row, scores)[0][i] for i, row in enumerate(rows)]

    torch.testing.assert_close(torch.vmap(call)(scores, grades, order), torch.stack(rows))
    torch.testing.assert_close(torch.vmap(torch.func.grad(call))(scores, grades, order), torch.stack(gradients))
    # Mapped over another axis than the first, and over some of the inputs only.
    swapped = torch.vmap(call, in_dims=(1, 0, 0))(scores.T.clone(), grades, order)
    shared = torch.vmap(call, in_dims=(0, None, None))(scores, grades[0], order[0])
    torch.testing.assert_close(swapped, torch.stack(rows))
    torch.testing.assert_close(shared, torch.stack([call(row, grades[0], order[0]) for row in scores]))


def test_func_grad_is_autograd_s_gradient(call):
    scores, grades, order = inputs()
    (expected,) = torch.autograd.grad(call(scores, grades, order), scores)

    torch.testing.assert_close(torch.func.grad(call)(scores, grades, order), expected)


def test_gradcheck_passes_and_where_it_can_twice(call, request):
    scores, grades, order = inputs()

    assert torch.autograd.gradcheck(lambda s: call(s, grades, order), (scores,))
    if not any(f"[{name}]" in request.node.name for name in DIFFERENTIABLE_ONCE):
        assert torch.autograd.gradgradcheck(lambda s: call(s, grades, order), (scores,))


def test_compile_finds_no_graph_break(call):
    torch.compiler.reset()
    scores, grades, order = inputs()
    expected = call(scores, grades, order)
    (gradient,) = torch.autograd.grad(expected, scores)
    result = torch.compile(call, fullgraph=True, backend="aot_eager")(scores, grades, order)

    torch.testing.assert_close(result, expected)
    torch.testing.assert_close(torch.autograd.grad(result, scores)[0], gradient)


@pytest.mark.parametrize("replacement", [False, True])
def test_drawing_compiles_whole(replacement):
    torch.compiler.reset()
    scores, grades, _ = inputs()
    compute = torch.compile(warp, fullgraph=True, backend="aot_eager")
    (gradient,) = torch.autograd.grad(compute(scores, grades > 2, replacement=replacement), scores)

    assert gradient.abs().sum() > 0
    assert gradient.sum().abs() < 1e-12


def test_vmap_draws_only_when_told_that_lists_differ():
    scores, grades, _ = inputs()

    assert torch.vmap(warp, randomness="different")(scores, grades > 2).shape == (3,)
    with pytest.raises(RuntimeError, match=r"warp: got randomness='error' .* pass randomness='different'"):
        torch.vmap(warp)(scores, grades > 2)


def test_inputs_are_left_as_they_are(call):
    tensors = [tensor.detach() for tensor in inputs()]
    before = [tensor.clone() for tensor in tensors]
    call(*tensors)

    assert all(map(torch.equal, tensors, before))


@pytest.mark.parametrize("items", [6, 600])
def test_neither_autocast_nor_a_default_device_reaches_the_sums_of_sigmoids(items):
    scores = torch.randn(2, items, generator=torch.Generator().manual_seed(5)).to(DEVICE).requires_grad_()
    grades = torch.randint(0, 4, (2, items), generator=torch.Generator().manual_seed(6)).to(DEVICE)
    expected = approx_ndcg(scores, grades)
    (gradient,) = torch.autograd.grad(expected, scores)
    for context in (torch.autocast(scores.device.type, dtype=torch.bfloat16), torch.device("meta")):
        with context:
            result = approx_ndcg(scores, grades)
            (found,) = torch.autograd.grad(result, scores)

        assert torch.equal(result, expected)
        assert torch.equal(found, gradient)


@pytest.mark.parametrize("call", ["pairwise_hinge-graded", "warp-order"])
def test_compiled_once_for_lists_of_any_length(call):
    torch.compiler.reset()
    compute = torch.compile(CALLS[call], fullgraph=True, dynamic=True, backend="aot_eager")
    for items, stance in ((6, "default"), (7, "fail_on_recompile")):
        generator = torch.Generator().manual_seed(items)
        scores = torch.randn(3, items, generator=generator, dtype=torch.float64).to(DEVICE)
        grades = torch.randint(0, 4, (3, items), generator=generator).to(DEVICE)
        order = torch.stack([torch.randperm(items, generator=generator)[:4] for _ in range(3)]).to(DEVICE)
        with torch.compiler.set_stance(stance):
            result = compute(scores, grades, order)

        torch.testing.assert_close(result, CALLS[call](scores, grades, order))
