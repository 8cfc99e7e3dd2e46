"""One loss under every clause: a divergence of the subject is a catch, an error of the harness is a crash."""

from __future__ import annotations

from typing import Any

import pytest

from rankproof.conformance.checks.clause import Clause
from rankproof.conformance.verdict.finding import Fault as Blame
from rankproof.conformance.verdict.finding import Finding, Level, Verdict
from tests.faults import judging
from tests.faults.judging import Row, judge, kind_of

FLIPPED = "tests.faults.margin_ranking:sign_flipped"
RIGHT = "tests.faults.steps.margin_ranking:margin_ranking"


def test_clauses_catch_pass_or_cannot_be_run() -> None:
    row = judge("flipped", "margin_ranking", FLIPPED, ("value", "shift", "precision.float16"), cases=6)

    assert set(row.caught) == {"value", "precision.float16"}
    assert set(row.passed) == {"shift"}
    assert not row.crashed
    assert row.seconds > 0


def test_two_rows_of_a_loss_make_one() -> None:
    one = Row("hinge.wrong", caught={"value": "far"}, passed={"shift": ""}, seconds=1.0)
    more = {"crashed": {"cost": "KeyError"}, "not_run": {"ties": "none"}, "passed": {"scale": ""}}
    other = Row("hinge.wrong", **more, seconds=0.5)
    both = one.and_of(other)

    assert (both.caught, both.crashed, both.not_run) == (one.caught, other.crashed, other.not_run)
    assert set(both.passed) == {"shift", "scale"}
    assert both.seconds == 1.5


def test_the_right_loss_is_not_caught() -> None:
    assert not judge("right", "margin_ranking", RIGHT, ("value", "gradient", "invalid.target_zero"), cases=6).caught


def test_an_exception_of_the_harness_is_a_crash_and_the_other_clauses_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    run = judging.run_clause

    def broken(context: Any, clause: Clause, settings: Any) -> Finding:
        if clause.id == "value":
            raise KeyError("scores")
        return run(context, clause, settings)

    monkeypatch.setattr(judging, "run_clause", broken)
    row = judge("flipped", "margin_ranking", FLIPPED, ("value", "gradient"), cases=6)

    assert dict(row.crashed) == {"value": "KeyError: 'scores'"}
    assert set(row.caught) == {"gradient"}


@pytest.mark.parametrize(
    ("verdict", "blame", "kind"),
    [
        (Verdict.CONFORMING, None, "passed"),
        (Verdict.ADMISSIBLE, None, "passed"),
        (Verdict.NOT_RUN, None, "not_run"),
        (Verdict.DIVERGES, Blame.SUBJECT, "caught"),
        (Verdict.DIVERGES, Blame.HARNESS, "crashed"),
        (Verdict.DIVERGES, Blame.ADAPTER, "crashed"),
        (Verdict.DIVERGES, Blame.SPEC, "crashed"),
    ],
)
def test_only_a_divergence_of_the_subject_is_a_catch(verdict: Verdict, blame: Blame | None, kind: str) -> None:
    finding = Finding("hinge", "subject", "cpu", "float64", "value", Level.CORRECT, verdict, fault=blame)

    assert kind_of(finding) == kind
