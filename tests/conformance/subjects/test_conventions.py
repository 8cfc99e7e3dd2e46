"""Recognising which declared convention a subject follows."""

from __future__ import annotations

import math

import pytest
import torch

from rankproof.conformance.specification import load_builtin
from rankproof.conformance.subjects import conventions
from rankproof.conformance.subjects.conventions import MOST_COMBINATIONS, candidates, combinations
from rankproof.conformance.subjects.torch_subject import TorchSubject

APPROX_NDCG = load_builtin("approx_ndcg")
PAIRWISE_HINGE = load_builtin("pairwise_hinge")
TRIPLET_MARGIN = load_builtin("triplet_margin")
WARP = load_builtin("warp")


def found(target, spec, **settings):
    return TorchSubject("given", target, spec, settings=settings).capabilities()


def hinge_sums(scores, relevance):
    differences = scores[..., :, None] - scores[..., None, :]
    ordered = relevance[..., :, None] > relevance[..., None, :]
    return (torch.relu(1 - differences) * ordered).sum((-1, -2)), ordered.sum((-1, -2))


def test_gain_temperature_and_form_are_recognised_together(torch_loss):
    fixed = torch_loss("linear_gain", "approx_ndcg").capabilities().fixed

    assert (fixed["gain"], fixed["temperature"], fixed["form"]) == ("linear", 0.1, "one_minus")


def test_every_parameter_that_is_not_taken_has_a_value(torch_loss):
    assert set(torch_loss("linear_gain", "approx_ndcg").capabilities().fixed) == set(APPROX_NDCG.parameters)


@pytest.mark.parametrize("eps", [0.0, 1e-6])
def test_a_small_constant_is_told_from_none(eps):
    def triplets(anchor, positive, negative):
        near, far = (torch.linalg.vector_norm(anchor - other + eps, dim=-1) for other in (positive, negative))
        return torch.relu(near - far + 1).mean()

    assert found(triplets, TRIPLET_MARGIN).fixed["eps"] == eps


def test_a_loss_in_single_precision_follows_a_convention_too():
    def single(scores, relevance):
        sums, pairs = hinge_sums(scores.float(), relevance)
        return (sums / pairs.clamp(min=1)).mean()

    assert found(single, PAIRWISE_HINGE).fixed["normalization"] == "list_pairs"


@pytest.mark.parametrize("name", ["unreduced", "summed"])
def test_the_reduction_is_recognised(torch_loss, name):
    capabilities = torch_loss(name).capabilities()

    assert capabilities.reductions == ({"unreduced": "none", "summed": "sum"}[name],)
    assert capabilities.default_reduction == capabilities.reductions[0]


def test_normalization_and_reduction_are_told_apart():
    def mean_of_list_means(scores, relevance):
        sums, pairs = hinge_sums(scores, relevance)
        return (sums / pairs.clamp(min=1)).mean()

    def mean_over_pairs(scores, relevance):
        sums, pairs = hinge_sums(scores, relevance)
        return sums.sum() / pairs.sum().clamp(min=1)

    assert found(mean_of_list_means, PAIRWISE_HINGE).fixed["normalization"] == "list_pairs"
    assert found(mean_over_pairs, PAIRWISE_HINGE).fixed["normalization"] == "batch_pairs"
    assert found(mean_over_pairs, PAIRWISE_HINGE).default_reduction == "mean"


def test_a_number_that_no_convention_lists_is_found_in_the_attribute_of_an_object(torch_loss):
    capabilities = torch_loss("instance").capabilities()

    assert capabilities.fixed == {"margin": 1.0}
    assert capabilities.reductions == ("sum",)


def test_a_setting_is_taken_as_it_is(torch_loss):
    assert torch_loss("linear_gain", "approx_ndcg", settings={"gain": "exponential"}).capabilities().fixed["gain"] == (
        "exponential"
    )


def test_a_setting_helps_to_recognise_the_rest():
    def cold(scores, relevance):
        above = torch.sigmoid((scores[..., None, :] - scores[..., :, None]) / 0.7)
        gains = relevance
        places = torch.arange(scores.shape[-1], dtype=scores.dtype) + 2
        ideal = (gains.sort(-1, descending=True).values / torch.log2(places)).sum(-1).clamp(min=1e-9)
        return -((gains / torch.log2(1.5 + above.sum(-1))).sum(-1) / ideal).mean()

    assert found(cold, APPROX_NDCG).unmatched > 0
    assert found(cold, APPROX_NDCG, temperature=0.7).unmatched == 0


def test_what_follows_the_defaults_is_not_held_against_all_others(monkeypatch):
    def by_default(scores, relevance):
        return hinge_sums(scores, relevance)[0].mean()

    measured = []
    distance = conventions._distance
    monkeypatch.setattr(
        conventions, "_distance", lambda spec, seen, each: measured.append(each) or distance(spec, seen, each)
    )

    assert found(by_default, PAIRWISE_HINGE).fixed == PAIRWISE_HINGE.defaults()
    assert all(each == measured[0] for each in measured)


def test_where_nothing_fits_the_nearest_is_taken():
    def off(scores, relevance):
        sums, pairs = hinge_sums(scores, relevance)
        return 1.01 * (sums / pairs.clamp(min=1)).mean()

    nearest = found(off, PAIRWISE_HINGE)

    assert nearest.unmatched > 0
    assert nearest.fixed["normalization"] == "list_pairs"


def test_a_subject_without_a_number_keeps_the_defaults():
    fixed = found(lambda scores, relevance: scores.sum() * torch.nan, PAIRWISE_HINGE).fixed

    assert fixed == PAIRWISE_HINGE.defaults()


def test_how_many_combinations_were_tried_in_vain_is_told():
    nothing = found(lambda scores, relevance: scores.sum() * 17.0, PAIRWISE_HINGE)
    taking_one = found(lambda scores, relevance, negatives: scores.sum() * 17.0, PAIRWISE_HINGE)
    subject = TorchSubject("given", hinge_sums, PAIRWISE_HINGE)
    choices = {name: candidates(subject, name, default) for name, default in PAIRWISE_HINGE.defaults().items()}

    assert nothing.unmatched == 3 * math.prod(map(len, choices.values()))  # with three reductions
    assert taking_one.unmatched == nothing.unmatched / len(choices["negatives"])


@pytest.mark.parametrize(
    "target",
    [
        lambda scores, relevance: hinge_sums(scores, relevance)[0].mean(),
        lambda scores, relevance: scores.no_such_attribute,
    ],
    ids=["matches", "raises"],
)
def test_where_a_combination_fits_or_none_could_be_tried_nothing_is_unmatched(target):
    assert found(target, PAIRWISE_HINGE).unmatched == 0


def test_an_unreduced_subject_that_matches_nothing_is_taken_as_unreduced():
    assert found(lambda scores, relevance: scores.sum(-1) * 17.0, PAIRWISE_HINGE).reductions == ("none",)


def test_a_list_without_relevant_items_decides_between_what_fits_elsewhere():
    def skipping(scores, relevance):
        above = torch.sigmoid(scores[..., None, :] - scores[..., :, None])
        gains, places = 2**relevance - 1, torch.arange(scores.shape[-1], dtype=scores.dtype) + 2
        ideal = (gains.sort(-1, descending=True).values / torch.log2(places)).sum(-1)
        metric = (gains / torch.log2(1.5 + above.sum(-1))).sum(-1) / ideal.clamp(min=1e-9)
        return -metric.sum() / (ideal > 0).sum().clamp(min=1)

    assert found(skipping, APPROX_NDCG).fixed["nothing_relevant"] == "skip"


def test_nan_on_a_list_without_relevant_items_does_not_hide_the_rest():
    def dividing_by_zero(scores, relevance):
        above = torch.sigmoid((scores[..., None, :] - scores[..., :, None]) / 0.1)
        gains, places = 2**relevance - 1, torch.arange(scores.shape[-1], dtype=scores.dtype) + 2
        ideal = (gains.sort(-1, descending=True).values / torch.log2(places)).sum(-1)
        return -((gains / torch.log2(1.5 + above.sum(-1))).sum(-1) / ideal).mean()

    assert found(dividing_by_zero, APPROX_NDCG).fixed["temperature"] == 0.1


def test_a_constant_rounded_to_float32_does_not_hide_the_convention(torch_loss):
    assert torch_loss("draws", "warp").capabilities().fixed["rank_weight"] == "logarithmic"


def test_candidates_begin_with_the_default():
    subject = TorchSubject("given", lambda scores, relevance: 0, APPROX_NDCG)

    assert candidates(subject, "temperature", 1.0) == [1.0, 0.1]
    assert candidates(subject, "form", "negative") == ["negative", "one_minus", "metric"]
    assert candidates(subject, "k", None) == [None]


def test_a_parameter_that_acts_on_the_law_alone_is_not_searched():
    subject = TorchSubject("given", lambda scores, positives: 0, WARP)

    assert candidates(subject, "replacement", False) == [False]


def test_combinations_begin_with_the_defaults_and_depart_one_by_one():
    assert combinations({"gain": ["e", "l"], "k": [None], "form": ["n", "m"]}) == [
        {"gain": "e", "k": None, "form": "n"},
        {"gain": "l", "k": None, "form": "n"},
        {"gain": "e", "k": None, "form": "m"},
        {"gain": "l", "k": None, "form": "m"},
    ]


def test_combinations_are_bounded():
    assert len(combinations({str(place): list(range(10)) for place in range(10)})) == MOST_COMBINATIONS
