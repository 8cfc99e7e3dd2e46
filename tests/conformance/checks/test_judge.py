"""Judging one outcome: shape, value and gradient, each divergence with its words."""

from dataclasses import replace

import numpy as np
import pytest

from rankproof.conformance.cases.case import Case
from rankproof.conformance.checks.clause import Divergence, NotRun, Tally
from rankproof.conformance.checks.judge import ask, expect, judge, require_gradient
from rankproof.conformance.oracle import Undecided
from rankproof.conformance.subjects.subject import Call, Outcome
from rankproof.conformance.verdict.error_size import error_text
from tests.conformance.data.made_subject import context_of

CASE = Case(
    {"input1": np.array([0.5, 2.0]), "input2": np.array([1.0, 0.25]), "target": np.array([1.0, 1.0])},
    {"margin": 0.25},
    "mean",
)


def changed(**fields):
    return lambda case, call, outcome: replace(
        outcome, **{name: change(getattr(outcome, name)) for name, change in fields.items()}
    )


def divergence_of(change, case=CASE, call=Call()):
    with pytest.raises(Divergence) as caught:
        judge(context_of("margin_ranking", change), case, Tally(), call)
    return caught.value


def test_a_right_outcome_counts_its_value_and_its_gradient():
    tally = Tally()
    judge(context_of("margin_ranking"), CASE, tally)

    assert (tally.judged, tally.worst_share) == (2, 0.0)


def test_an_error_within_the_budget_is_no_divergence_and_uses_a_share_of_it():
    tally = Tally()
    judge(context_of("margin_ranking", changed(value=lambda value: np.nextafter(value, 9))), CASE, tally)

    assert 0 < tally.worst_share <= 1


def test_an_error_beyond_the_budget_is_told_in_its_own_terms_and_in_budgets():
    found = divergence_of(changed(value=lambda value: value * (1 + 1e-13)))

    assert found.quantity == "value"
    assert found.share > 1
    assert found.problem == (
        f"the value is off by {error_text(found.got.tolist(), found.expected.tolist())}, "
        f"{found.share:.2g} times the error budget"
    )
    assert "(relative 1e-13)" in found.problem


def in_float32(array):
    return array.astype(np.float32).astype(np.float64)


THIRDS = replace(CASE, inputs={name: array / 3 for name, array in CASE.inputs.items()}, parameters={"margin": 0.3})


def test_numbers_that_were_rounded_to_float32_are_told_as_such():
    told = "; all its numbers are those of float32, so something is computed in it"
    case = THIRDS.with_(inputs={**THIRDS.inputs, "target": CASE.inputs["target"]})
    exact = divergence_of(changed(value=lambda value: value + 1e-8), case)

    assert divergence_of(changed(value=in_float32), case).problem.endswith(told)
    assert told not in exact.problem
    assert told not in divergence_of(changed(value=lambda value: in_float32(value) * 2), case).problem


def test_a_wholly_wrong_value_is_told_with_its_error():
    case = replace(CASE, inputs={**CASE.inputs, "input1": CASE.inputs["input2"] + 8.0})
    found = divergence_of(changed(value=lambda value: value + 2), case)

    assert found.problem == "the value is off by 2, where 0 is due, wholly wrong"


def test_another_shape_is_told_before_the_value():
    found = divergence_of(changed(value=lambda value: value[None]))

    assert found.problem == "the value has shape [1], expected []"


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_no_number_is_told_as_such(value):
    found = divergence_of(changed(value=lambda _: np.array(value)))

    assert found.problem == "the value is NaN or infinite where a number is due"


def test_a_wrong_gradient_of_one_input_is_caught():
    found = divergence_of(changed(gradient=lambda gradient: {**gradient, "input2": -gradient["input2"]}))

    assert found.quantity == "gradient"
    assert np.array_equal(found.expected["input2"], -found.got["input2"])


def test_no_gradient_is_asked_for_where_the_call_does_not_differentiate():
    judge(context_of("margin_ranking", changed(gradient=lambda _: {})), CASE, tally := Tally(), Call(gradient=False))

    assert tally.judged == 1


def test_an_error_of_the_subject_is_told_in_its_words():
    found = divergence_of(lambda case, call, outcome: Outcome(error="IndexError", message="out of range"))

    assert (found.quantity, found.got) == ("raised", "IndexError: out of range")


def test_a_gradient_that_fails_is_a_divergence_and_one_that_is_not_offered_is_not_asked():
    fails = changed(gradient_error=lambda _: "no graph")
    outcome = ask(context_of("margin_ranking", fails), CASE)

    with pytest.raises(Divergence, match="it has no gradient: no graph"):
        require_gradient(context_of("margin_ranking", fails), CASE, outcome)
    with pytest.raises(NotRun, match="returns no gradient"):
        require_gradient(
            context_of("margin_ranking", fails, missing={"gradient": "returns no gradient"}), CASE, outcome
        )


def test_a_case_without_an_input_of_the_formula_is_not_asked():
    context = context_of("warp", missing={"input order": "draws it"})
    inputs = {"scores": np.zeros(2), "positives": np.array([True, False])}

    with pytest.raises(NotRun, match="draws it"):
        expect(context, Case(inputs, context.spec.defaults(), "mean"))


def test_a_case_on_a_discontinuity_is_not_put_to_the_subject():
    context = context_of("warp")
    inputs = {"scores": np.array([0.3, 0.1]), "positives": np.array([True, False]), "order": np.array([1])}
    case = Case(inputs, {**context.spec.defaults(), "margin": 0.2}, "mean")

    with pytest.raises(Undecided, match="shortfall"):
        judge(context, case, Tally())
    assert context.subject.seen == []
