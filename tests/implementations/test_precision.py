"""Dtypes, extreme scores and extreme grades."""

from __future__ import annotations

import math

import pytest
import torch

from rankproof.spec.arguments import arguments_of
from tests.calls import LOSSES, MASKED, SCORES, implementation, labelled, random_calls
from tests.implementations.definitions import DEVICE

READABLE = ["loop", "vectorized"]
HALVES = [torch.float16, torch.bfloat16]
INF = math.inf


@pytest.mark.parametrize("variant", READABLE)
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("dtype", HALVES)
def test_half_precision_is_computed_in_float32_and_returned_as_it_came(variant, loss, dtype):
    for call in list(random_calls(loss, seed=9))[::5]:
        half = call.for_torch(loss, dtype)
        single = half | {name: half[name].detach().float().requires_grad_() for name in SCORES[loss]}
        result, expected = implementation(variant, loss)(**half), implementation(variant, loss)(**single)
        result.sum().backward()
        expected.sum().backward()

        assert result.dtype == dtype
        assert torch.equal(result, expected.to(dtype))
        for name in SCORES[loss]:
            torch.testing.assert_close(half[name].grad, single[name].grad.to(dtype))


@pytest.mark.parametrize("variant", READABLE)
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_full_precision_is_returned_as_it_came(variant, loss, dtype):
    call = next(iter(random_calls(loss)))

    assert implementation(variant, loss)(**call.for_torch(loss, dtype)).dtype == dtype


@pytest.mark.parametrize("variant", READABLE)
@pytest.mark.parametrize("labels", [torch.int64, torch.uint8, torch.bool, torch.float16])
def test_labels_may_be_of_any_real_dtype(variant, labels):
    scores, grades = torch.tensor([0.5, 1.0, -0.25]), torch.tensor([0, 1, 0])
    for loss in MASKED:
        compute = implementation(variant, loss)
        expected = compute(**labelled(loss, scores, grades))

        assert torch.equal(compute(**labelled(loss, scores, grades.to(labels))), expected)


@pytest.mark.parametrize("variant", READABLE)
@pytest.mark.parametrize("negatives", ["all", "hardest", "semi_hard"])
def test_a_negative_at_minus_infinity_never_violates(variant, negatives):
    scores = torch.tensor([1.0, -INF, -INF], requires_grad=True)
    relevance = torch.tensor([1, 0, 0])
    hinge = implementation(variant, "pairwise_hinge")(scores, relevance, negatives=negatives)
    warp = implementation(variant, "warp")(scores, relevance, torch.tensor([1, 2]))
    (hinge + warp).backward()

    assert hinge == 0
    assert warp == 0
    assert torch.equal(scores.grad, torch.zeros(3))


@pytest.mark.parametrize("variant", [*READABLE, "custom_autograd"])
@pytest.mark.parametrize("loss", ["lambda_loss", "pairwise_logistic"])
def test_items_at_infinity_in_the_right_order_cost_nothing(variant, loss):
    scores = torch.tensor([1.0, INF, -INF], requires_grad=True)
    value = implementation(variant, loss)(scores, torch.tensor([1, 2, 0]))
    value.backward()

    assert value == 0
    assert torch.equal(scores.grad, torch.zeros(3))


@pytest.mark.parametrize("variant", READABLE)
def test_an_item_at_minus_infinity_is_ranked_last(variant):
    scores = torch.tensor([1.0, -INF], requires_grad=True)
    loss = implementation(variant, "approx_ndcg")(scores, torch.tensor([0, 1]))
    loss.backward()

    torch.testing.assert_close(loss.item(), -1 / math.log2(3))
    assert torch.equal(scores.grad, torch.zeros(2))


@pytest.mark.parametrize("variant", [*READABLE, "custom_autograd", "cuda"])
def test_items_at_infinity_are_ranked_first_or_last_and_tie(variant):
    scores = torch.tensor([1.0, -INF, INF, -INF, 1.0], device=DEVICE, requires_grad=True)
    ranks = implementation(variant, "soft_rank")(scores)
    ranks.backward(torch.tensor([1.0, 2.0, 3.0, 2.0, -1.0], device=DEVICE))

    assert ranks.tolist() == [2.5, 4.5, 1.0, 4.5, 2.5]
    assert scores.grad.tolist() == [-0.5, 0.0, 0.0, 0.0, 0.5]


@pytest.mark.parametrize("variant", [*READABLE, "custom_autograd", "cuda"])
@pytest.mark.parametrize("loss", ["expected_rank", "approx_ndcg", "approx_map", "approx_mrr", "approx_recall"])
@pytest.mark.parametrize("relevant", [(0, 1), (2, 5), (1, 3)], ids=["finite", "tied_above", "tied_below"])
def test_losses_of_soft_ranks_take_infinite_scores_for_ones_far_away(variant, loss, relevant):
    labels, results = torch.tensor([int(i in relevant) for i in range(6)], device=DEVICE), []
    for far in (INF, 1e4):
        scores = torch.tensor([1.0, -far, far, -far, 0.5, far], device=DEVICE, requires_grad=True)
        value = implementation(variant, loss)(**labelled(loss, scores, labels))
        results.append((value, torch.autograd.grad(value, scores)[0]))
    (infinite, gradient), (finite, expected) = results

    torch.testing.assert_close(infinite, finite)
    torch.testing.assert_close(gradient[[0, 4]], expected[[0, 4]])
    assert gradient.isfinite().all()


@pytest.mark.parametrize("variant", [*READABLE, "custom_autograd"])
@pytest.mark.parametrize("loss", ["list_mle", "plackett_luce"])
def test_equal_scores_near_the_lowest_of_the_dtype_have_even_chances(variant, loss):
    scores = torch.full((2,), -3e38, requires_grad=True)
    labels = {"relevance": torch.tensor([1, 0])} if loss == "list_mle" else {"permutation": torch.tensor([0, 1])}
    value = implementation(variant, loss)(scores, **labels)
    value.backward()

    torch.testing.assert_close(value.item(), math.log(2))
    torch.testing.assert_close(scores.grad, torch.tensor([-0.5, 0.5]))


@pytest.mark.parametrize("variant", [*READABLE, "custom_autograd"])
@pytest.mark.parametrize("loss", ["list_mle", "plackett_luce"])
def test_choices_among_items_at_minus_infinity_cost_nothing(variant, loss):
    scores = torch.tensor([1.0, -INF, -INF], requires_grad=True)
    labels = {"relevance": torch.tensor([2, 1, 0])} if loss == "list_mle" else {"permutation": torch.arange(3)}
    value = implementation(variant, loss)(scores, **labels)
    value.backward()

    assert value == 0
    assert torch.equal(scores.grad, torch.zeros(3))


@pytest.mark.parametrize("variant", READABLE)
@pytest.mark.parametrize("grade", [1e-9, 3.0, 200.0, 3e4])
def test_grades_of_any_size_have_a_finite_ndcg(variant, grade):
    scores = torch.zeros(2, requires_grad=True)
    loss = implementation(variant, "approx_ndcg")(scores, torch.tensor([grade, 0.0]))
    loss.backward()

    torch.testing.assert_close(loss.item(), -1 / math.log2(2.5), rtol=1e-6, atol=0)
    torch.testing.assert_close(scores.grad[0].item(), -math.log(2) / (10 * math.log(2.5) ** 2), rtol=1e-6, atol=0)


@pytest.mark.parametrize("variant", READABLE)
@pytest.mark.parametrize("loss", MASKED)
def test_a_nan_score_makes_its_own_list_nan_in_value_and_gradient(variant, loss):
    scores = torch.tensor([[math.nan, 1.0, 2.0], [0.0, 1.0, 2.0]], requires_grad=True)
    labels, mask = torch.tensor([[1, 0, 0]] * 2), torch.tensor([[True, True, False]] * 2)
    values = implementation(variant, loss)(**labelled(loss, scores, labels), mask=mask, reduction="none")
    values.sum().backward()

    diverged = torch.tensor([True, False])
    assert torch.equal(values.isnan(), diverged.unsqueeze(-1) & mask if arguments_of(loss).by_position else diverged)
    assert scores.grad.isnan().tolist() == [[True, True, False], [False, False, False]]


@pytest.mark.parametrize("variant", [*READABLE, "custom_autograd"])
@pytest.mark.parametrize("distance", ["p_norm", "squared_euclidean", "cosine"])
@pytest.mark.parametrize("diverged", ["anchor", "positive", "negative"])
def test_a_nan_feature_makes_the_gradient_of_all_three_vectors_nan(variant, distance, diverged):
    vectors = {"anchor": [0.5, 1.0], "positive": [1.0, 0.25], "negative": [0.0, 2.0]}
    vectors[diverged] = [math.nan, 1.0]
    leaves = {name: torch.tensor(vector, requires_grad=True) for name, vector in vectors.items()}
    value = implementation(variant, "triplet_margin")(**leaves, distance=distance)
    value.backward()

    assert value.isnan()
    assert all(leaf.grad.isnan().any() for leaf in leaves.values())
