"""Inputs without elements and without axes: defects are caught by their clause, right subjects are not blamed."""

from dataclasses import replace

import numpy as np
import pytest

from rankproof.conformance.checks.clause import Context
from rankproof.conformance.specification import builtin_ids, load_builtin
from rankproof.conformance.subjects.build import build_subject
from rankproof.conformance.subjects.subject import Outcome
from rankproof.conformance.verdict.finding import Verdict
from tests.conformance.data.made_subject import Made, able, clause_of, context_of, verdict_on


def first(case):
    return next(iter(case.inputs.values()))


def nan_where(condition):
    return lambda case, call, outcome: replace(outcome, value=outcome.value * np.nan) if condition(case) else outcome


@pytest.mark.parametrize("loss", builtin_ids())
def test_a_right_subject_is_not_blamed_for_sizes_of_zero(loss):
    context = context_of(loss)
    finding = verdict_on(context, "edge.zero_size")

    assert finding.verdict is Verdict.CONFORMING
    assert {first(case).shape for case in context.subject.seen} == {(0,), (0, 3), (0, 2, 3), (2, 0), (0, 0)}
    assert {case.reduction for case in context.subject.seen} == {"none", "sum", "mean"}


@pytest.mark.parametrize(
    "condition",
    [
        lambda case: first(case).shape == (2, 0) and case.reduction != "none",
        lambda case: first(case).shape == (0, 0) and case.reduction == "sum",
        lambda case: first(case).shape == (0, 2, 3) and case.reduction == "mean",
        lambda case: case.mask is not None and case.mask.shape == (2, 0),
    ],
)
def test_nan_for_nothing_is_caught(condition):
    assert verdict_on(context_of("approx_ndcg", nan_where(condition)), "edge.zero_size").verdict is Verdict.DIVERGES


def test_a_gradient_in_another_shape_is_caught():
    def flat(case, call, outcome):
        return replace(outcome, gradient={name: array.reshape(-1) for name, array in outcome.gradient.items()})

    assert verdict_on(context_of("warp", flat), "edge.zero_size").verdict is Verdict.DIVERGES


def test_one_list_at_a_time_is_asked_for_the_empty_list_alone():
    context = context_of("warp", batch=False)
    verdict_on(context, "edge.zero_size")

    assert {first(case).shape for case in context.subject.seen} == {(0,)}


class Bare(Made):
    """Answers scores without an axis as ``bare`` says."""

    def run(self, case, call=None):
        self.seen.append(case)
        return self.change(case)


def scalar_verdict(loss, answer):
    spec = load_builtin(loss)
    subject = Bare(spec, answer)
    return verdict_on(Context(spec, subject, able(spec), "float64"), "edge.scalar"), subject


def test_an_error_that_names_the_scores_conforms_and_another_is_admissible():
    named, subject = scalar_verdict("approx_ndcg", lambda case: Outcome(error="ValueError", message="scores: got []"))
    other, _ = scalar_verdict("approx_ndcg", lambda case: Outcome(error="IndexError", message="out of range"))

    assert named.verdict is Verdict.CONFORMING
    assert subject.seen[0].inputs["scores"].shape == ()
    assert other.verdict is Verdict.ADMISSIBLE
    assert "IndexError" in other.reason


def one_pair(case):
    """The margin ranking loss of one pair without an axis."""
    one, two, target = (float(case.inputs[name]) for name in ("input1", "input2", "target"))
    shortfall = -target * (one - two)
    slope = -target * (shortfall > 0)
    gradient = {"input1": np.array(slope), "input2": np.array(-slope)}
    return Outcome(value=np.array(max(0.0, shortfall)), gradient=gradient)


def test_scores_without_an_axis_may_be_one_position():
    assert scalar_verdict("margin_ranking", one_pair)[0].verdict is Verdict.CONFORMING


@pytest.mark.parametrize("value", [np.nan, 1e3, [0.0, 0.0]])
def test_any_other_number_diverges(value):
    finding, _ = scalar_verdict("margin_ranking", lambda case: replace(one_pair(case), value=np.array(value)))

    assert finding.verdict is Verdict.DIVERGES
    assert finding.reason.startswith("scores without an axis are neither refused nor one position: ")
    assert all(isinstance(value, float) for value in finding.counterexample.inputs.values())


def test_a_wrong_gradient_diverges_too():
    finding, _ = scalar_verdict(
        "margin_ranking", lambda case: replace(one_pair(case), gradient={"input1": np.array(9.0)})
    )

    assert finding.verdict is Verdict.DIVERGES


@pytest.mark.parametrize("clause", ["edge.zero_size", "edge.scalar"])
@pytest.mark.parametrize("loss", builtin_ids())
def test_the_reference_conforms(loss, clause):
    spec = load_builtin(loss)
    subject = build_subject(f"rankproof.reference.{loss}:{loss}", spec)

    assert verdict_on(Context(spec, subject, subject.capabilities(), "float64"), clause).verdict is Verdict.CONFORMING


def test_locations_are_in_the_format():
    assert "(edge)" in clause_of(load_builtin("warp"), "edge.scalar").location
