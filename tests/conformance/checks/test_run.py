"""How a clause is run: which cases are drawn, shared, redrawn and shrunk, and when searching ends."""

import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import strategies as st

from rankproof.conformance.cases.case import Case
from rankproof.conformance.checks import run
from rankproof.conformance.checks.clause import Clause, Divergence, NotRun, Observation
from rankproof.conformance.checks.run import Settings, case_key, case_seed, run_clause
from rankproof.conformance.oracle import Undecided
from rankproof.conformance.specification.model import Location
from rankproof.conformance.verdict.finding import Level, Verdict
from tests.conformance.data.made_subject import context_of, verdict_on


def keys(context):
    return [case_key(case) for case in context.subject.seen]


def numbered(numbers):
    return numbers.map(lambda number: Case({"input1": np.array([number])}, {}, "mean", notes={"number": number}))


def judged_by(check, *, settings=None, numbers=None, id_="made_up", fixed=None):
    """The finding of a clause that draws whole numbers."""
    strategy = numbered(st.integers(0, 1000) if numbers is None else numbers)
    clause = Clause(id_, Level.CORRECT, "here:1 (made_up)", lambda context: fixed or strategy, check)
    return run_clause(context_of("margin_ranking"), clause, settings or Settings(cases=30))


@pytest.fixture(autouse=True)
def no_shared_cases(monkeypatch):
    """Cases that other tests have drawn under a made-up clause are not met again."""
    monkeypatch.setattr(run, "_drawn", run.Cache(16))


def diverges(case, problem="too large"):
    return Divergence(problem, Observation(case), quantity="raised", got="it", expected="another")


def test_two_subjects_see_the_same_cases():
    first, second = context_of("pairwise_hinge"), context_of("pairwise_hinge")
    for context in (first, second):
        verdict_on(context, "value")

    assert keys(first) == keys(second)
    assert len(set(keys(first))) > 8


def test_a_subject_after_one_that_failed_sees_the_same_cases_up_to_its_own_failure():
    def wrong(case, call, outcome):
        return replace(outcome, value=outcome.value + 1)

    right, failing = context_of("pairwise_hinge"), context_of("pairwise_hinge", wrong)
    verdict_on(failing, "value")
    verdict_on(right, "value")

    assert keys(failing)[0] == keys(right)[0]


def test_the_seed_of_a_clause_differs_by_loss_clause_dtype_and_seed():
    seeds = {
        case_seed(Settings(seed=seed), loss, clause, dtype)
        for seed in (0, 1)
        for loss in ("warp", "approx_ndcg")
        for clause in ("value", "gradient")
        for dtype in ("float32", "float64")
    }

    assert len(seeds) == 16


@pytest.mark.parametrize(
    "changes",
    [
        {"reduction": "sum"},
        {"dtype": "float32"},
        {"parameters": {"margin": 2.0}},
        {"notes": {"order": [1, 0]}},
        {"mask": np.array([True])},
        {"upstream": np.array(2.0)},
        {"inputs": {"scores": np.array([[1.0]])}},
    ],
)
def test_the_key_of_a_case_tells_everything_apart(changes):
    case = Case({"scores": np.array([1.0])}, {"margin": 1.0}, "mean")

    assert case_key(case) != case_key(case.with_(**changes))
    assert case_key(case) == case_key(case.with_())


def test_undecided_cases_are_drawn_again_not_judged():
    def only_even(context, case, tally):
        if case.notes["number"] % 2:
            raise Undecided("n == 0", Location("made_up.yaml", 1, "formula"))
        tally.count(0.0)

    finding = judged_by(only_even)

    assert (finding.verdict, finding.cases) == (Verdict.CONFORMING, 30)


def test_a_clause_whose_every_case_is_undecided_is_not_run():
    def never(context, case, tally):
        raise Undecided("n == 0", Location("made_up.yaml", 1, "formula"))

    finding = judged_by(never)

    assert (finding.verdict, finding.reason) == (Verdict.NOT_RUN, "no case of this kind could be drawn")


def test_a_fixed_case_that_is_undecided_is_counted_as_not_judged():
    def never(context, case, tally):
        raise Undecided("n == 0", Location("made_up.yaml", 1, "formula"))

    finding = judged_by(never, fixed=(Case({}, {}, "mean"),))

    assert (finding.verdict, finding.not_judged) == (Verdict.NOT_RUN, 1)
    assert finding.reason.startswith("lies on a discontinuity in float64: `n == 0` at made_up.yaml:1 (formula)")


def test_a_clause_that_cannot_be_asked_after_all_is_not_searched_for_its_smallest_case():
    calls = []

    def refuses(context, case, tally):
        calls.append(case)
        raise NotRun("offers no gradient")

    finding = judged_by(refuses)

    assert (finding.verdict, finding.reason) == (Verdict.NOT_RUN, "offers no gradient")
    assert len(calls) == 1


def test_a_failure_is_shrunk_to_the_smallest_case():
    def below_seventeen(context, case, tally):
        tally.count(0.0)
        if case.notes["number"] >= 17:
            raise diverges(case)

    assert judged_by(below_seventeen).counterexample.inputs == {"input1": [17]}


def test_without_shrinking_the_first_failure_is_told():
    seen = []

    def below_seventeen(context, case, tally):
        seen.append(case.notes["number"])
        if case.notes["number"] >= 17:
            raise diverges(case)

    finding = judged_by(below_seventeen, settings=Settings(30, shrink_seconds=0.0))

    assert finding.counterexample.inputs["input1"][0] in seen
    assert finding.counterexample.inputs["input1"][0] > 17


def test_shrinking_ends_in_time_and_a_failing_case_is_still_told():
    calls = []

    def slow(context, case, tally):
        time.sleep(0.1)
        failed = case.notes["number"] >= 10**6
        calls.append(failed)
        if failed:
            raise diverges(case, f"{case.notes['number']} is too large")

    numbers = st.lists(st.integers(0, 10**9), min_size=20, max_size=20).map(sum)
    finding = judged_by(slow, settings=Settings(30, shrink_seconds=1.0), numbers=numbers)

    assert len(calls) - calls.index(True) <= 12  # ten fill the second; one begins it, one may end past it
    assert finding.verdict is Verdict.DIVERGES
    assert finding.reason == f"{finding.counterexample.inputs['input1'][0]} is too large"


def test_a_subject_that_fails_now_and_then_is_told_to_be_no_deterministic_one():
    calls = []

    def flaky(context, case, tally):
        calls.append(case)
        tally.count(0.0)
        if len(calls) == 5:
            raise diverges(case)

    finding = judged_by(flaky)

    assert finding.verdict is Verdict.DIVERGES
    assert finding.reason == "too large; the same input does not always fail: the subject is not deterministic"


def test_cases_that_one_subject_passed_still_catch_the_next():
    def catches(context, case, tally):
        tally.count(0.0)
        if case.notes["number"] > limit:
            raise diverges(case)

    limit = 1000
    assert judged_by(catches).verdict is Verdict.CONFORMING

    limit = 17

    assert judged_by(catches).counterexample.inputs == {"input1": [18]}


def test_a_finding_counts_its_cases_and_its_worst_share():
    def share(context, case, tally):
        tally.count(case.notes["number"] / 2000)

    finding = judged_by(share)

    assert finding.cases == 30
    assert 0 < finding.worst_share <= 0.5


def test_nothing_judged_is_not_run_with_the_reason():
    def vacuous(context, case, tally):
        tally.not_judged += 1
        tally.not_judged_reason = "the budget is too wide"

    finding = judged_by(vacuous)

    assert (finding.verdict, finding.reason, finding.worst_share) == (Verdict.NOT_RUN, "the budget is too wide", None)


def test_another_convention_makes_value_and_gradient_admissible():
    context = context_of("approx_ndcg", parameters=frozenset({"temperature"}), fixed={"form": "one_minus"})

    assert verdict_on(context, "value").reason == "computes form = 'one_minus'"
    assert verdict_on(context, "value").verdict is Verdict.ADMISSIBLE
    assert verdict_on(context, "zero_sum").verdict is Verdict.CONFORMING
