"""The kill matrix fails where the suite cannot be trusted: survivors, idle clauses, stale guards, crashes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.faults.defects import DEFECTS
from tests.faults.fault import Fault
from tests.faults.guards import Guard
from tests.faults.judging import Row
from tests.faults.matrix import Matrix, unfulfilled

CLAUSES = ("value", "gradient", "edge.huge", "edge.nan", "cost")
FAULT = Fault(
    id="hinge.wrong",
    loss="hinge",
    what="It is wrong.",
    defect=DEFECTS[17],
    source="https://example.org",
    clauses=frozenset({"value"}),
    target="module:wrong",
    right="right:hinge",
)
RIGHT = Row("right:hinge", passed=dict.fromkeys(CLAUSES, ""))
ROW = Row(FAULT.id, caught={"value": "too much", "gradient": "too little"}, passed={"cost": ""})
IDLE = tuple(Guard("hinge", clause, "nobody got it wrong") for clause in ("edge.huge", "edge.nan", "cost"))


def matrix(row: Row = ROW, fault: Fault = FAULT, **changes: object) -> Matrix:
    made = Matrix((fault,), {fault.id: row}, {fault.id: RIGHT}, {"hinge": CLAUSES}, IDLE)
    return replace(made, **changes)  # type: ignore[arg-type]


def test_a_fault_that_its_clauses_catch_is_no_problem() -> None:
    assert matrix().problems() == []
    assert matrix().catchers(FAULT) == ("value", "gradient")


def test_a_survivor_is_a_problem() -> None:
    survivor = matrix(Row(FAULT.id, passed=dict.fromkeys(CLAUSES, "")), guards=())

    assert survivor.problems()[0] == "hinge.wrong survives: no clause catches it (It is wrong.)"


def test_where_clauses_are_left_out_none_is_said_to_survive_or_to_be_idle() -> None:
    assert matrix(Row(FAULT.id), clauses={"hinge": ("gradient",)}, guards=(), every_clause=False).problems() == []


def test_a_crash_of_the_harness_catches_nothing() -> None:
    crash = {"value": "KeyError: 'scores'"}
    problems = matrix(replace(ROW, caught={}, crashed=crash), every_fault=False).problems()

    assert problems == ["hinge.wrong is caught by nothing but a crash of the harness: value: KeyError: 'scores'"]


def test_a_crash_is_told_of_a_fault_that_is_caught_as_well() -> None:
    assert matrix(replace(ROW, crashed={"edge.nan": "KeyError: 0"})).problems() == [
        "hinge.wrong crashes the harness: edge.nan: KeyError: 0"
    ]


def test_a_clause_that_must_catch_a_fault_and_does_not_is_a_problem() -> None:
    named = replace(FAULT, clauses=frozenset({"value", "edge", "cost"}))

    assert matrix(fault=named).problems() == [
        "hinge.wrong is not caught by cost, which must catch it; it is caught by value, gradient",
        "hinge.wrong is not caught by edge, which must catch it; it is caught by value, gradient",
    ]


@pytest.mark.parametrize(
    ("named", "caught", "missing"),
    [
        ({"edge"}, {"edge.nan"}, []),
        ({"edge.huge"}, {"edge.nan"}, ["edge.huge"]),
        ({"edge", "value"}, {"value"}, ["edge"]),
        ({"value", "padding"}, {"value"}, []),
    ],
)
def test_every_named_clause_that_was_run_must_catch(named: set[str], caught: set[str], missing: list[str]) -> None:
    fault = replace(FAULT, clauses=frozenset(named))

    assert unfulfilled(fault, Row(FAULT.id, caught=dict.fromkeys(caught, "")), CLAUSES) == missing


def test_an_idle_clause_is_a_problem_unless_it_is_a_guard() -> None:
    assert matrix(guards=IDLE[:2]).problems() == [
        "cost of hinge catches no fault: add a fault that it alone can catch, or guards.py says why"
    ]


def test_a_guard_of_every_loss_stands_for_each_that_has_the_clause() -> None:
    guards = (*IDLE[:2], Guard("*", "cost", "only in the long run"))

    assert matrix(guards=guards).problems() == []


def test_a_guard_that_catches_a_fault_is_stale() -> None:
    stale = Guard("hinge", "value", "cannot fail")

    assert matrix(guards=(*IDLE, stale)).problems() == [
        "value of hinge is no guard any more: faults that it catches: 1; strike it from guards.py"
    ]


def test_a_guard_without_its_clause_is_a_problem() -> None:
    assert matrix(guards=(*IDLE, Guard("hinge", "purity.color", "typo"))).problems() == [
        "there is no clause purity.color of hinge, which is listed as a guard"
    ]


def test_a_right_loss_that_is_blamed_is_a_problem() -> None:
    blamed = replace(RIGHT, caught={"cost": "it grows"}, crashed={"value": "KeyError: 1"})

    assert matrix(right={FAULT.id: blamed}).problems() == [
        "right:hinge is right, and is blamed by cost: it grows",
        "right:hinge is right, and is blamed by value: KeyError: 1",
    ]


def test_a_loss_that_passes_nothing_is_broken() -> None:
    everything = Row(FAULT.id, caught=dict.fromkeys(CLAUSES, "raised"))

    assert matrix(everything, guards=()).problems() == [
        "hinge.wrong passes no clause at all: it is broken, not a loss with one thing wrong"
    ]
