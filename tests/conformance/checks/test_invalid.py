"""Bad input: accepting it diverges, the stated error conforms, another error is admissible."""

import pytest

from rankproof.conformance.checks.clause import Context
from rankproof.conformance.specification import load_builtin
from rankproof.conformance.subjects.subject import Outcome
from rankproof.conformance.verdict.finding import Level, Verdict
from tests.conformance.data.made_subject import Made, able, verdict_on

WARP = load_builtin("warp")


class Refusing(Made):
    """Answers every call with one outcome, whatever the input."""

    def run(self, case, call):
        self.seen.append(case)
        return self.change


def finding(outcome, clause="invalid.index_out_of_range", **can):
    subject = Refusing(WARP, outcome, able(WARP, **can))
    found = verdict_on(Context(WARP, subject, subject.capabilities(), "float64"), clause)
    return found, subject


def test_the_stated_error_that_names_the_argument_conforms():
    found, _ = finding(Outcome(error="ValueError", message="order: got 2, expected indices below 2"))

    assert (found.verdict, found.cases, found.level) == (Verdict.CONFORMING, 1, Level.ROBUST)


@pytest.mark.parametrize(
    ("error", "message", "words"),
    [
        ("IndexError", "order", "raised IndexError instead of ValueError"),
        ("ValueError", "bad input", "raised ValueError, whose message does not name 'order'"),
    ],
)
def test_another_error_is_admissible(error, message, words):
    found, _ = finding(Outcome(error=error, message=message))

    assert (found.verdict, found.reason) == (Verdict.ADMISSIBLE, words)


def test_accepting_bad_input_diverges_and_the_reason_is_that_of_the_spec():
    found, _ = finding(Outcome(value=1.0))

    assert found.verdict is Verdict.DIVERGES
    assert "An index past the list would read another list's score." in found.reason
    assert found.counterexample.expected == "ValueError naming 'order'"


def test_the_bad_input_reaches_the_subject_as_the_spec_states_it():
    _, subject = finding(Outcome(error="ValueError", message="max_trials"), "invalid.zero_max_trials")

    assert [case.parameters["max_trials"] for case in subject.seen] == [0]


def test_an_unknown_reduction_is_asked_of_every_subject_that_offers_a_choice():
    found, subject = finding(Outcome(error="ValueError", message="reduction"), "invalid.reduction")

    assert found.verdict is Verdict.CONFORMING
    assert [case.reduction for case in subject.seen] == ["average"]


@pytest.mark.parametrize(
    ("clause", "can", "reason"),
    [
        ("invalid.unknown_violation", {"parameters": frozenset()}, "takes no violation"),
        ("invalid.index_out_of_range", {"inputs": ("scores", "positives")}, "takes no order"),
        ("invalid.reduction", {"reductions": ("mean",)}, "offers no reduction"),
    ],
)
def test_what_the_subject_does_not_take_cannot_be_bad(clause, can, reason):
    found, subject = finding(Outcome(value=1.0), clause, **can)

    assert (found.verdict, found.reason) == (Verdict.NOT_RUN, reason)
    assert subject.seen == []


@pytest.mark.parametrize(
    ("loss", "clause"),
    [("pairwise_hinge", "invalid.negative_relevance"), ("soft_rank", "invalid.mask_of_another_length")],
)
def test_a_label_that_marks_padding_is_no_bad_input_and_a_mask_cannot_be_bad(loss, clause):
    spec = load_builtin(loss)
    subject = Refusing(spec, Outcome(value=1.0), able(spec, padding_label=-1.0))
    context = Context(spec, subject, subject.capabilities(), "float64")

    assert verdict_on(context, clause).verdict is Verdict.NOT_RUN
    assert subject.seen == []
