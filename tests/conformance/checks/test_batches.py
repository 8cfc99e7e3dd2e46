"""Batches and padding: what leaks between lists or out of the padding is caught."""

from dataclasses import replace

import numpy as np
import pytest

from rankproof.conformance.cases.draw import Plan
from rankproof.conformance.checks.batches import only, padded
from rankproof.conformance.checks.clause import NotRun
from rankproof.conformance.checks.reproducible import draw_cases
from rankproof.conformance.verdict.finding import Verdict
from tests.conformance.data.made_subject import context_of, verdict_on


def leaks_between_lists(case, call, outcome):
    value = outcome.value
    return replace(outcome, value=value + 0.5 * value[::-1]) if value.ndim else outcome


def keeps_the_batch_axis(case, call, outcome):
    return replace(outcome, value=outcome.value[None]) if not outcome.value.ndim else outcome


def counts_padding(case, call, outcome):
    return replace(outcome, value=outcome.value + (~case.mask).sum()) if case.mask is not None else outcome


def gradient_at_the_padding(case, call, outcome):
    if case.mask is None:
        return outcome
    return replace(outcome, gradient={"scores": np.where(case.mask, outcome.gradient["scores"], 1e-300)})


def test_a_leak_between_lists_is_caught():
    finding = verdict_on(context_of("pairwise_hinge", leaks_between_lists), "batching")

    assert finding.verdict is Verdict.DIVERGES


def mixes_two_batch_axes(case, call, outcome):
    wrong = case.inputs["scores"].ndim > 2
    return replace(outcome, value=outcome.value + 1) if wrong else outcome


def test_a_batch_that_is_wrong_in_two_axes_only_is_told_so():
    told = "; the same lists along one batch axis are right"

    assert told in verdict_on(context_of("pairwise_hinge", mixes_two_batch_axes), "batching", cases=50).reason
    assert told not in verdict_on(context_of("pairwise_hinge", leaks_between_lists), "batching").reason


def test_a_list_that_has_another_shape_alone_is_caught():
    finding = verdict_on(context_of("pairwise_hinge", keeps_the_batch_axis), "batching")

    assert finding.verdict is Verdict.DIVERGES
    assert "shape" in finding.reason


def test_each_list_of_a_batch_is_also_put_to_the_subject_alone():
    context = context_of("pairwise_hinge")
    verdict_on(context, "batching", cases=4)
    dimensions = [case.inputs["scores"].ndim for case in context.subject.seen]

    assert dimensions.count(1) >= dimensions.count(2) > 0


@pytest.mark.parametrize("change", [counts_padding, gradient_at_the_padding])
def test_padding_that_reaches_the_result_is_caught(change):
    assert verdict_on(context_of("pairwise_hinge", change), "padding").verdict is Verdict.DIVERGES


def test_a_right_subject_conforms():
    context = context_of("pairwise_hinge")

    assert verdict_on(context, "batching").verdict is Verdict.CONFORMING
    assert verdict_on(context, "padding").verdict is Verdict.CONFORMING


def test_a_subject_of_one_list_is_given_padded_lists_alone():
    found = draw_cases(padded(context_of("pairwise_hinge", batch=False)), 8, 0)

    assert {case.mask.ndim for case in found} == {1}


def test_what_cannot_be_asked_is_not_run_and_the_reason_is_told():
    unbatched = context_of("pairwise_hinge", batch=False, reductions=("mean",), missing={"batch": "lists only"})
    unmasked = context_of("pairwise_hinge", mask=False, missing={"mask": "takes no mask"})

    assert verdict_on(unbatched, "batching").reason == "lists only"
    assert verdict_on(unmasked, "padding").reason == "takes no mask"
    with pytest.raises(NotRun, match="the loss has no mask"):
        padded(context_of("margin_ranking"))


def test_a_list_alone_keeps_its_part_of_the_upstream_gradient():
    case = next(iter(draw_cases(context_of("soft_rank", default_reduction="none").drawn(Plan(batches=((2,),))), 1, 0)))
    total = case.with_(reduction="sum", upstream=np.array(2.0))

    assert np.array_equal(only(case, 1).upstream, case.upstream[1])
    assert only(total, 1).upstream == 2
