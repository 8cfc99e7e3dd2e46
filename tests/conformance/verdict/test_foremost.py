"""Of many divergences those come first that tell most."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rankproof.conformance.verdict.finding import Level, Verdict
from rankproof.conformance.verdict.foremost import foremost


@pytest.fixture
def diverging(finding, counterexample):
    """Makes a divergence of so many numbers."""

    def make(clause, problem, size, level=Level.CORRECT):
        shown = replace(counterexample, problem=problem, inputs={"input1": [[0.0] * size], "input2": [[0.0] * size]})
        return finding(clause, Verdict.DIVERGES, level=level, counterexample=shown)

    return make


def clauses(findings, count=3):
    return [finding.clause for finding in foremost(findings, count)]


def test_each_problem_comes_once_before_any_comes_twice(diverging):
    found = [
        diverging("value", "the value is 9 budgets away", 1),
        diverging("ties", "the value is 7 budgets away", 2),
        diverging("gradient", "the gradient is 3 budgets away", 5),
    ]

    assert clauses(found) == ["value", "gradient", "ties"]


def test_of_the_same_problem_the_smallest_input_is_shown(diverging):
    found = [diverging("examples.long", "off by 3", 9), diverging("value", "off by 2", 1)]

    assert clauses(found, 1) == ["value"]


def test_the_numbers_come_before_the_memory(diverging):
    found = [diverging("cost", "it grows", 0, Level.FRUGAL), diverging("value", "off by 2", 9)]

    assert clauses(found) == ["value", "cost"]


def test_what_has_no_input_to_show_is_the_shortest(finding, diverging):
    found = [diverging("value", "off", 1), finding("waiver.value", Verdict.DIVERGES, reason="no longer applies")]

    assert clauses(found) == ["waiver.value", "value"]


def test_fewer_than_asked_for_are_all_there(diverging):
    assert clauses([diverging("value", "off", 1)]) == ["value"]
    assert clauses([]) == []
