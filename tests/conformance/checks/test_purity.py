"""Purity: inputs left alone, unusual but legal calls, NaN in the padding."""

from dataclasses import replace

import numpy as np
import pytest

from rankproof.conformance.verdict.finding import Verdict
from tests.conformance.data.made_subject import context_of, verdict_on


def changes_an_input(case, call, outcome):
    return replace(outcome, modified=("relevance",))


def wrong_on(condition):
    return lambda case, call, outcome: replace(outcome, value=outcome.value + 1) if condition(case, call) else outcome


@pytest.mark.parametrize(
    ("change", "clause"),
    [
        (changes_an_input, "purity.inputs"),
        (wrong_on(lambda case, call: call.strided), "purity.strides"),
        (wrong_on(lambda case, call: call.expanded), "purity.expanded"),
        (wrong_on(lambda case, call: call.integer_labels), "purity.labels"),
        (wrong_on(lambda case, call: call.boolean_labels), "purity.labels"),
        (wrong_on(lambda case, call: call.requires_grad == ()), "purity.single_grad"),
        (wrong_on(lambda case, call: call.requires_grad == ("scores",)), "purity.single_grad"),
        (wrong_on(lambda case, call: np.isnan(case.inputs["scores"]).any()), "purity.padding_nan"),
    ],
)
def test_a_defect_is_caught_by_its_clause_and_a_right_subject_is_not_blamed(change, clause):
    assert verdict_on(context_of("pairwise_hinge", change), clause, cases=16).verdict is Verdict.DIVERGES
    assert verdict_on(context_of("pairwise_hinge"), clause, cases=16).verdict is Verdict.CONFORMING


def test_each_score_input_requires_a_gradient_alone_once():
    asked = set()

    def note(case, call, outcome):
        asked.add(call.requires_grad)
        wanted = (
            outcome.gradient if call.requires_grad is None else {n: outcome.gradient[n] for n in call.requires_grad}
        )
        return replace(outcome, gradient=wanted)

    finding = verdict_on(context_of("margin_ranking", note), "purity.single_grad")

    assert finding.verdict is Verdict.CONFORMING
    assert asked == {(), ("input1",), ("input2",)}


def test_every_padded_score_is_nan_and_no_real_one():
    context = context_of("warp")
    verdict_on(context, "purity.padding_nan", cases=16)

    assert all(np.array_equal(np.isnan(case.inputs["scores"]), ~case.mask) for case in context.subject.seen)
    assert any(~case.mask.all() for case in context.subject.seen)


def test_padding_is_left_alone_too():
    context = context_of("pairwise_hinge")
    verdict_on(context, "purity.inputs", cases=30)

    assert any(case.mask is not None for case in context.subject.seen)


def test_labels_are_not_asked_of_a_subject_without_labels():
    context = context_of("margin_ranking", inputs=("input1", "input2"))

    assert verdict_on(context, "purity.labels").reason == "takes no label that could be an integer"


def test_boolean_labels_are_asked_of_binary_relevance_and_of_no_signs():
    asked = []

    def note(case, call, outcome):
        if call.boolean_labels:
            asked.append(set(np.unique(case.inputs["relevance"])) if "relevance" in case.inputs else "signs")
        return outcome

    verdict_on(context_of("pairwise_hinge", note), "purity.labels", cases=16)
    verdict_on(context_of("margin_ranking", note), "purity.labels", cases=16)

    assert asked
    assert all(each <= {0, 1} for each in asked)


@pytest.mark.parametrize("batch", [True, False])
def test_expanded_inputs_are_constant_along_an_axis(batch):
    context = context_of("warp", batch=batch)
    finding = verdict_on(context, "purity.expanded", cases=16)

    def constant(array):
        return any((array == array.take([0], axis)).all() for axis in range(array.ndim))

    assert finding.verdict is Verdict.CONFORMING
    assert all(any(constant(array) for array in case.inputs.values()) for case in context.subject.seen)
    assert {case.inputs["scores"].ndim for case in context.subject.seen} == {2 if batch else 1}
