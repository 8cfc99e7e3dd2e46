"""What changed between two runs is told apart: worse, better, otherwise, new and gone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rankproof.conformance.verdict.diff import Kind, compare, kind_of, settings_changed, without_numbers
from rankproof.conformance.verdict.document import Document, DocumentError
from rankproof.conformance.verdict.exit_codes import ExitCode
from rankproof.conformance.verdict.finding import Verdict

CONFORMING, ADMISSIBLE, WAIVED, DIVERGES, NOT_RUN = (
    Verdict.CONFORMING,
    Verdict.ADMISSIBLE,
    Verdict.WAIVED,
    Verdict.DIVERGES,
    Verdict.NOT_RUN,
)


def run(*findings, rankproof="0.1.0", **environment):
    return Document(findings, environment, rankproof=rankproof)


@pytest.mark.parametrize("before", [CONFORMING, ADMISSIBLE, WAIVED])
@pytest.mark.parametrize("after", [DIVERGES, NOT_RUN, None])
def test_what_passed_and_diverges_or_no_longer_runs_is_worse(finding, before, after):
    changed = kind_of(finding(verdict=before), None if after is None else finding(verdict=after))

    assert changed is Kind.WORSE


@pytest.mark.parametrize("before", [NOT_RUN, None])
def test_a_divergence_that_was_not_known_is_worse(finding, before):
    assert kind_of(None if before is None else finding(verdict=before), finding(verdict=DIVERGES)) is Kind.WORSE


@pytest.mark.parametrize("after", [NOT_RUN, None])
def test_a_divergence_is_not_mended_by_not_asking(finding, after):
    assert kind_of(finding(verdict=DIVERGES), None if after is None else finding(verdict=after)) is Kind.WORSE


@pytest.mark.parametrize("before", [DIVERGES, WAIVED, NOT_RUN])
@pytest.mark.parametrize("after", [CONFORMING, ADMISSIBLE])
def test_what_becomes_right_is_better(finding, before, after):
    assert kind_of(finding(verdict=before), finding(verdict=after)) is Kind.BETTER


@pytest.mark.parametrize(
    ("before", "after"),
    [(CONFORMING, ADMISSIBLE), (ADMISSIBLE, CONFORMING), (CONFORMING, WAIVED), (DIVERGES, WAIVED), (NOT_RUN, WAIVED)],
)
def test_another_convention_or_a_waiver_is_neither(finding, before, after):
    assert kind_of(finding(verdict=before), finding(verdict=after)) is Kind.OTHERWISE


@pytest.mark.parametrize("verdict", [CONFORMING, ADMISSIBLE, WAIVED, NOT_RUN])
def test_a_clause_that_appears_is_new(finding, verdict):
    assert kind_of(None, finding(verdict=verdict)) is Kind.NEW


def test_a_clause_that_never_ran_and_is_not_there_any_more_is_gone(finding):
    assert kind_of(finding(verdict=NOT_RUN), None) is Kind.GONE


def test_a_stale_waiver_that_is_not_there_any_more_is_better(finding):
    assert kind_of(finding("waiver.precision.*", DIVERGES), None) is Kind.BETTER


@pytest.mark.parametrize("verdict", list(Verdict))
def test_the_same_verdict_is_no_change(finding, verdict):
    assert kind_of(finding(verdict=verdict, cases=5, reason="x"), finding(verdict=verdict, cases=9, reason="x")) is None


def test_another_problem_under_the_same_verdict_is_told_but_not_another_number(finding, counterexample):
    def diverging(problem):
        return finding(verdict=DIVERGES, counterexample=replace(counterexample, problem=problem))

    first = diverging("the value is 1.13e+15 budgets away at [0, 1]")

    assert kind_of(first, diverging("the value is 7 budgets away at [2, 0]")) is None
    assert kind_of(first, diverging("it raised TypeError")) is Kind.OTHERWISE
    assert without_numbers("1.13e+15 budgets at [0, -1]") == "# budgets at [#, #]"


def test_a_reason_of_what_conforms_or_was_not_run_is_no_verdict(finding):
    assert kind_of(finding(verdict=NOT_RUN, reason="no mask"), finding(verdict=NOT_RUN, reason="no batch")) is None


@pytest.mark.parametrize("place", ["loss", "subject", "device", "dtype", "clause"])
def test_findings_are_compared_only_in_the_same_place(finding, place):
    elsewhere = replace(finding(), **{place: "another"})
    common = finding(subject="in both")
    comparison = compare(run(finding(), common), run(elsewhere, common))

    assert [(it.kind, it.transition) for it in comparison.changes] == [
        (Kind.WORSE, "conforming -> absent"),
        (Kind.NEW, "absent -> conforming"),
    ]
    assert [it.about for it in comparison.changes] == [finding(), elsewhere]


@pytest.mark.parametrize("place", ["subject", "device"])
def test_one_subject_each_of_the_same_loss_is_compared_whatever_it_is_called(finding, place):
    other = {place: "another"}
    old = run(finding("value"), finding("ties"))
    new = run(finding("value", DIVERGES, **other), finding("ties", **other))
    comparison = compare(old, new)

    assert [(it.kind, it.transition) for it in comparison.changes] == [(Kind.WORSE, "conforming -> diverges")]
    assert comparison.unchanged == 1
    assert comparison.paired is not None
    assert (comparison.paired[0], "another" in comparison.paired[1]) == ("margin_ranking vectorized (cpu)", True)
    assert compare(old, old).paired is None


def test_runs_without_a_common_subject_are_not_compared(finding):
    one, two = finding(subject="one"), finding(subject="two")

    for new in (run(one, two), run(finding(loss="warp"))):
        with pytest.raises(DocumentError, match=r"no subject in common.*margin_ranking vectorized \(cpu\)"):
            compare(run(finding()), new)
    assert [it.kind for it in compare(run(), run(one)).changes] == [Kind.NEW]


def test_only_what_got_worse_fails(finding):
    good, bad = run(finding()), run(finding(verdict=DIVERGES))

    assert compare(good, bad).exit_code is ExitCode.DIVERGES
    assert compare(bad, good).exit_code is ExitCode.CONFORMS
    assert compare(bad, bad).exit_code is ExitCode.CONFORMS
    assert (compare(good, good).unchanged, compare(good, good).changes) == (1, ())


def test_the_environment_is_compared_too(finding):
    old = run(finding(), torch="2.11.0", seed=0)
    new = run(finding(), rankproof="0.2.0", seed=0, triton="3.7.1")

    assert list(settings_changed(compare(old, new))) == [
        ("rankproof", "0.1.0", "0.2.0"),
        ("torch", "2.11.0", None),
        ("triton", None, "3.7.1"),
    ]
