"""Declared symmetries: each is compared between two calls, and its breach is caught by its clause."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from rankproof.conformance.oracle import answer
from rankproof.conformance.specification import load_builtin
from rankproof.conformance.verdict.finding import Verdict
from tests.conformance.data.made_subject import context_of, verdict_on

SYMMETRIES = ["shift", "scale", "permutation", "zero_sum"]


def depends_on_the_level(case, call, outcome):
    return replace(outcome, value=outcome.value + 1e-3 * case.inputs["scores"].sum())


def has_a_constant_of_its_own(case, call, outcome):
    return replace(outcome, value=outcome.value + 1e-3)


def depends_on_the_first_item(case, call, outcome):
    return replace(outcome, value=outcome.value + 1e-3 * case.inputs["scores"][:1].sum())


def gradient_of_the_first_item(case, call, outcome):
    gradient = outcome.gradient["scores"].copy()
    gradient[:1] += 1e-3
    return replace(outcome, gradient={"scores": gradient})


@pytest.mark.parametrize(
    ("change", "clause", "words"),
    [
        (depends_on_the_level, "shift", "the value changes under a shift of scores by"),
        (has_a_constant_of_its_own, "scale", "the value changes under a scaling of scores, margin by"),
        (depends_on_the_first_item, "permutation", "the value changes under a permutation of the items"),
        (gradient_of_the_first_item, "permutation", "the gradient does not move with a permutation"),
        (gradient_of_the_first_item, "zero_sum", "the gradients of a list sum to 0.001"),
    ],
)
def test_a_breach_is_caught_and_told(change, clause, words):
    finding = verdict_on(context_of("pairwise_hinge", change), clause)

    assert finding.verdict is Verdict.DIVERGES
    assert finding.reason.startswith(words)


def something_else_in_the_order_given(case, call, outcome):
    """A symmetric term that no formula has, added up from the first item to the last."""
    added = np.cumsum(np.append(0.0, np.sin(case.inputs["scores"])))[-1]
    slope = np.sin(case.inputs["scores"]) - added / max(case.inputs["scores"].size, 1)
    gradient = outcome.gradient and {"scores": outcome.gradient["scores"] + slope}
    return replace(outcome, value=outcome.value + added, gradient=gradient)


@pytest.mark.parametrize("clause", ["permutation", "zero_sum"])
def test_a_wrong_loss_is_not_blamed_for_its_last_digits_too(clause):
    finding = verdict_on(context_of("pairwise_hinge", something_else_in_the_order_given), clause, cases=50)

    assert finding.verdict is Verdict.CONFORMING


@pytest.mark.parametrize("clause", SYMMETRIES)
@pytest.mark.parametrize("loss", ["margin_ranking", "warp", "approx_ndcg"])
def test_a_right_subject_keeps_them(loss, clause):
    assert verdict_on(context_of(loss), clause, cases=5).verdict is Verdict.CONFORMING


def test_indices_are_renamed_with_the_items_that_they_name():
    context = context_of("warp")
    verdict_on(context, "permutation", cases=12)
    asked = context.subject.seen
    pairs = [(one, other) for one, other in pairwise(asked) if one.notes == other.notes]
    named = [
        [case.inputs["scores"][case.inputs["order"]].tolist() for case in pair]
        for pair in pairs
        if pair[0].inputs["order"].size
    ]

    assert named
    assert all(one == other for one, other in named)


def test_scaling_is_not_asked_of_a_subject_whose_margin_is_built_in():
    context = context_of("pairwise_hinge", parameters=frozenset(), fixed={"margin": 1.0})

    assert verdict_on(context, "scale").reason == "does not take margin, which would have to scale with the scores"


def test_the_gradient_of_a_gradientless_subject_is_not_asked_for():
    context = context_of("pairwise_hinge", missing={"gradient": "returns no gradient"})

    assert verdict_on(context, "zero_sum").verdict is Verdict.NOT_RUN
    assert verdict_on(context, "shift").verdict is Verdict.CONFORMING


def test_a_permutation_is_renamed_with_the_items_and_always_given():
    context = context_of("plackett_luce")
    finding = verdict_on(context, "permutation", cases=8)

    assert finding.verdict is Verdict.CONFORMING
    assert all("permutation" in case.inputs for case in context.subject.seen)


def test_the_order_is_not_permuted_for_a_subject_that_goes_by_it_alone():
    finding = verdict_on(context_of("plackett_luce", inputs=("scores",)), "permutation")

    assert finding.reason == "takes no permutation: the order of the items is all that it goes by"


def values_in_their_old_places(case, call, outcome):
    return replace(outcome, value=np.sort(outcome.value, axis=-1))


def gradient_of_the_first_value(case, call, outcome):
    weights = np.zeros_like(case.upstream)
    weights[..., 0] = 1
    return replace(outcome, gradient=dict(answer(load_builtin("soft_rank"), case.with_(upstream=weights)).gradient))


@pytest.mark.parametrize("clause", SYMMETRIES)
def test_values_of_positions_keep_them_too(clause):
    context = context_of("soft_rank", default_reduction="none")

    assert verdict_on(context, clause, cases=5).verdict is Verdict.CONFORMING


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (values_in_their_old_places, "the value changes under a permutation of the items"),
        (gradient_of_the_first_value, "the gradient does not move with a permutation"),
    ],
)
def test_values_of_positions_move_with_a_permutation(change, words):
    finding = verdict_on(context_of("soft_rank", change, default_reduction="none"), "permutation")

    assert finding.verdict is Verdict.DIVERGES
    assert finding.reason.startswith(words)


def nan_everywhere(case, call, outcome):
    gradient = outcome.gradient and {name: np.full_like(each, np.nan) for name, each in outcome.gradient.items()}
    return replace(outcome, gradient=gradient)


def test_a_gradient_that_is_nan_in_any_order_is_for_the_clause_of_the_gradient():
    assert verdict_on(context_of("pairwise_hinge", nan_everywhere), "permutation").verdict is Verdict.CONFORMING
    assert verdict_on(context_of("pairwise_hinge", nan_everywhere), "gradient").verdict is Verdict.DIVERGES
