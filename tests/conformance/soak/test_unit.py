"""One unit of a soak run: all subjects, dtypes and clauses of a loss under one seed."""

from __future__ import annotations

from pathlib import Path

import pytest

from rankproof.conformance.soak import unit as units
from rankproof.conformance.soak.plan import Plan, Unit, conforming
from rankproof.conformance.soak.unit import judge_unit
from rankproof.conformance.subjects.named import NamedTarget
from rankproof.conformance.subjects.subject import SubjectError
from rankproof.conformance.verdict.waivers import Waiver

pytest.importorskip("torch")

MINIATURE = Path(__file__).parents[1] / "data" / "miniature.py"
OURS = Plan(conforming("cpu"), cases=2)


def miniature(name, **more):
    return Plan((NamedTarget(name, f"{MINIATURE}:{name}"),), cases=2, dtypes=("float64",), **more)


@pytest.fixture(scope="module")
def first():
    return judge_unit(Unit(1, "margin_ranking"), OURS)


@pytest.fixture(scope="module")
def second():
    return judge_unit(Unit(2, "margin_ranking"), OURS)


def test_right_variants_raise_no_alarm(first, second):
    assert first.alarms == second.alarms == []
    assert 0 < first.worst_share < 1


def test_all_variants_and_dtypes_are_counted(second):
    # Four variants in float64, three in float32, each with twice two cases; the rest is half precision.
    assert second.counts["value"].cases == 4 * 4 + 3 * 4
    assert {"precision.float16", "precision.bfloat16"} <= set(second.counts)


def test_cases_are_counted_beside_the_numbers_judged_in_them(second):
    upstream, strides = second.counts["upstream"], second.counts["ties"]

    assert upstream.numbers == upstream.cases
    assert strides.numbers == 2 * strides.cases


def test_fixed_cases_are_judged_under_the_first_seed_alone(first, second):
    assert {"examples.*", "edge.*", "invalid.*"} <= set(first.counts)
    assert not any(clause.endswith("*") for clause in second.counts)
    assert "edge.nan" in second.counts


def test_slow_clauses_are_left_out(first):
    assert not any(clause.startswith(("cost", "transforms.compile")) for clause in first.counts)


def test_each_seed_draws_its_own_cases(first, second):
    assert first.counts["value"].worst_share != second.counts["value"].worst_share


def test_a_wrong_subject_raises_an_alarm_with_the_command_that_repeats_it():
    (alarm, *_) = judge_unit(Unit(3, "margin_ranking"), miniature("wrong_sign")).alarms

    assert alarm.finding["clause"] == "value"
    assert alarm.finding["counterexample"]["snippet"]
    assert alarm.command == (
        f"rankproof check {MINIATURE}:wrong_sign --loss margin_ranking --dtypes float64 "
        "--clause value --seed 3 --cases 2"
    )


def test_a_waived_divergence_is_no_alarm():
    waiver = Waiver("wrong_sign", "margin_ranking", "*", "known", "https://example.org", "waivers.yaml:1")
    waived = judge_unit(Unit(3, "margin_ranking"), miniature("wrong_sign", waivers=(waiver,)))

    assert waived.alarms == []


def test_an_error_of_the_harness_is_an_alarm(monkeypatch):
    def fails(*_):
        raise ZeroDivisionError("a bug of ours")

    monkeypatch.setattr(units, "run_clause", fails)
    result = judge_unit(Unit(2, "margin_ranking"), miniature("right"))

    assert result.cases == 0
    assert "ZeroDivisionError: a bug of ours" in result.alarms[0].error


def test_a_subject_that_cannot_be_used_is_told():
    with pytest.raises(SubjectError, match="absent"):
        judge_unit(Unit(1, "margin_ranking"), miniature("absent"))
