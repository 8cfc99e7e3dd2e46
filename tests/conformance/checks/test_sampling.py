"""The clause on sampling: a right sampler passes under any seed, a wrong one is caught and told why."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from rankproof.conformance.cases.case import Case
from rankproof.conformance.checks import run_clauses, sampling
from rankproof.conformance.checks.clause import Context, Tally
from rankproof.conformance.checks.drawn_snippet import drawn_snippet
from rankproof.conformance.checks.outcomes import law
from rankproof.conformance.specification import load_builtin
from rankproof.conformance.subjects.build import build_subject
from rankproof.conformance.verdict.finding import Verdict

pytest.importorskip("torch")

MINIATURE = Path(__file__).parent.parent / "data" / "miniature_warp.py"
WARP = load_builtin("warp")


@dataclass
class Shifted:
    """A subject all of whose seeds are others."""

    subject: object
    offset: int
    name: str = "shifted"
    device: str = "cpu"

    def capabilities(self):
        return self.subject.capabilities()

    def run(self, case, call):
        return self.subject.run(case, replace(call, seed=call.seed + self.offset))

    def snippet(self, case, call):
        return self.subject.snippet(case, call)


def subject(name):
    return build_subject(f"{MINIATURE}:{name}", WARP)


def judged(name):
    (finding,) = run_clauses(WARP, subject(name), clauses=["sampling"])
    return finding


@pytest.mark.parametrize("offset", range(0, 300_000, 10_000))
def test_a_right_sampler_passes_under_any_seed(offset, monkeypatch):
    monkeypatch.setattr(sampling, "DRAWS", 512)
    monkeypatch.setattr(sampling, "REDRAWS", 64)
    shifted = Shifted(subject("right"), offset)
    context = Context(WARP, shifted, shifted.capabilities(), "float64")
    tally = Tally()
    for case in sampling._cases(context)[: len(sampling._LISTS)]:
        sampling.check_sampling(context, case, tally)

    assert tally.judged == len(sampling._LISTS)


def test_a_right_sampler_is_asked_for_every_convention_that_it_takes():
    finding = judged("right")

    assert finding.verdict is Verdict.CONFORMING
    assert finding.cases == 3 + 2 * 2  # three lists, two of them with replacement and with a cap


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("uniform_over_all_items", "none that the formula takes|frequencies"),
        ("repeats_items", "none that the formula takes|frequencies"),
        ("never_with_replacement", "frequencies"),
        ("one_trial_too_many", "none that the formula takes|frequencies"),
        ("cap_is_one_too_low", "none that the formula takes|frequencies"),
        ("seed_fixed_inside", "the same under two seeds"),
        ("one_order_for_all_positives", "frequencies"),
        ("one_order_for_the_batch", "frequencies"),
    ],
)
def test_a_wrong_sampler_is_caught(name, words):
    finding = judged(name)

    assert finding.verdict is Verdict.DIVERGES
    assert any(each in finding.reason for each in words.split("|"))


def test_a_sampler_of_another_convention_is_admissible_and_told_by_its_convention():
    finding = judged("counts_what_it_skips")

    assert finding.verdict is Verdict.ADMISSIBLE
    assert finding.reason == "computes skipped = 'counted'"


def test_a_sampler_that_cannot_be_told_is_judged_by_the_law_that_it_draws_from():
    finding = judged("always_with_replacement")

    assert finding.verdict is Verdict.ADMISSIBLE
    assert finding.reason == "draws with replacement = True"


def test_a_sampler_that_takes_no_null_is_asked_with_the_number_that_libraries_use():
    able = subject("takes_no_null").capabilities()
    finding = judged("takes_no_null")

    assert able.fixed["max_trials"] == 10
    assert able.missing["parameter max_trials"].startswith("takes no null: asked with max_trials = 10")
    assert finding.verdict is Verdict.ADMISSIBLE
    assert finding.reason == "computes max_trials = 10"


def test_a_run_makes_no_more_tests_than_its_false_alarm_rate_is_stated_for():
    able = build_subject("rankproof.implementations.vectorized.warp:warp", WARP)
    context = Context(WARP, able, able.capabilities(), "float64")

    assert len(sampling._cases(context)) <= sampling.LISTS


@pytest.mark.parametrize("name", ["never_with_replacement", "uniform_over_all_items", "seed_fixed_inside"])
def test_the_snippet_of_a_wrong_sampler_fails_by_itself(name, monkeypatch):
    monkeypatch.setattr("rankproof.conformance.checks.drawn_snippet.DRAWS", 1024)
    snippet = judged(name).counterexample.snippet

    with pytest.raises(AssertionError, match=r"is no outcome|in 1024 draws"):
        exec(snippet, {})


def test_the_snippet_of_a_right_sampler_does_not_fail(monkeypatch):
    monkeypatch.setattr("rankproof.conformance.checks.drawn_snippet.DRAWS", 512)
    able = subject("right")
    context = Context(WARP, able, able.capabilities(), "float64")
    for case in sampling._cases(context)[:3]:
        found = sampling._law(WARP, WARP.sampling, case)
        call = able.snippet(case, sampling._omitting(WARP.sampling, 1))

        exec(drawn_snippet(call, "scores", found), {})


def test_the_gradient_of_several_positives_is_judged():
    finding = judged("second_positive_pushes_down_another_item")

    assert finding.verdict is Verdict.DIVERGES
    assert "its gradient is none" in finding.reason


def test_each_convention_is_asked_on_all_lists_but_one():
    context = Context(WARP, subject("right"), subject("right").capabilities(), "float64")
    asked = [(case.parameters["replacement"], case.parameters["max_trials"]) for case in sampling._cases(context)]

    assert sorted(asked, key=str) == [(False, 2)] * 2 + [(False, None)] * 3 + [(True, None)] * 2


def test_a_subject_that_draws_is_asked_nothing_that_takes_an_order():
    patterns = ["value", "ties", "sampling", "determinism", "purity.inputs", "permutation", "edge.*"]
    findings = run_clauses(WARP, subject("right"), clauses=patterns, cases=4, shrink=False)
    found = {finding.clause: finding for finding in findings}
    asked = {clause for clause, finding in found.items() if finding.verdict is not Verdict.NOT_RUN}

    assert asked == {"sampling", "determinism", "purity.inputs"}
    assert found["value"].reason == "takes no order"


def test_a_sampler_of_one_list_is_called_once_a_draw(monkeypatch):
    monkeypatch.setattr(sampling, "DRAWS", 64)
    monkeypatch.setattr(sampling, "REDRAWS", 16)
    finding = judged("one_list_only")

    assert finding.verdict is Verdict.CONFORMING


def test_a_subject_that_has_to_be_given_the_order_is_not_asked():
    finding = judged("given_the_order")

    assert finding.verdict is Verdict.NOT_RUN
    assert "order" in finding.reason


def test_a_loss_that_draws_nothing_has_no_such_clause():
    assert sampling.clauses(load_builtin("margin_ranking")) == []


def test_outcomes_of_one_value_are_told_together():
    inputs = {"scores": np.array([0.5, 1.0, 1.0]), "positives": np.array([True, False, False])}
    found = law(WARP, WARP.sampling, Case(inputs, WARP.defaults(), "mean", certified=True), [0])

    assert sampling._by_value(found, np.array([0.25, 0.75])) == {2.25: 1.0}
