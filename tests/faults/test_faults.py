"""The suite catches every fault of the catalogue, by a clause that the fault names, and none of the right losses."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from rankproof.conformance.checks.run import run_clauses
from rankproof.conformance.specification import load_builtin
from rankproof.conformance.subjects.build import build_subject
from rankproof.conformance.verdict.finding import Fault as Blame
from rankproof.conformance.verdict.finding import Finding, Verdict
from tests.faults.catalogue import CATALOGUE
from tests.faults.fault import Fault

HALF = "precision."

# A fault that the suite does not catch is a gap of the suite; strict, so that closing the gap is noticed.
SURVIVORS: dict[str, str] = {}


def dtypes_of(clauses: Iterable[str]) -> dict[str, list[str]]:
    """Patterns of the clauses by the dtype in which they are asked: half precision has clauses of its own."""
    found: dict[str, list[str]] = {}
    for clause in sorted(clauses):
        dtype = clause.removeprefix(HALF) if clause.startswith(HALF) else "float64"
        found.setdefault(dtype, []).extend([clause, f"{clause}.*"])
    return found


def findings(loss: str, target: str, clauses: Iterable[str]) -> list[Finding]:
    """What the named clauses say of a loss."""
    spec = load_builtin(loss)
    subject = build_subject(target, spec)
    return [
        finding
        for dtype, patterns in dtypes_of(clauses).items()
        for finding in run_clauses(spec, subject, dtype=dtype, clauses=patterns, shrink=False)
    ]


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(fault, id=fault.id, marks=[pytest.mark.xfail(reason=SURVIVORS[fault.id], raises=AssertionError)])
        if fault.id in SURVIVORS
        else pytest.param(fault, id=fault.id)
        for fault in CATALOGUE
    ],
)
def test_fault_is_caught(fault: Fault) -> None:
    found = findings(fault.loss, fault.target, fault.clauses)
    caught = [finding for finding in found if finding.verdict is Verdict.DIVERGES]

    assert caught, f"{fault.what} Not caught by {', '.join(finding.clause for finding in found)}"
    assert {finding.fault for finding in caught} == {Blame.SUBJECT}


@pytest.mark.parametrize("loss", sorted({fault.loss for fault in CATALOGUE}))
@pytest.mark.parametrize("right", ["tests.faults.steps", "rankproof.implementations.vectorized"])
def test_right_loss_passes_the_clauses_that_catch_faults(right: str, loss: str) -> None:
    named = {clause for fault in CATALOGUE if fault.loss == loss for clause in fault.clauses}

    wrong = [
        f"{finding.clause}: {finding.reason}"
        for finding in findings(loss, f"{right}.{loss}:{loss}", named)
        if finding.verdict in (Verdict.DIVERGES, Verdict.NOT_RUN)
    ]

    assert wrong == []


def test_survivors_are_faults_of_the_catalogue() -> None:
    assert set(SURVIVORS) <= {fault.id for fault in CATALOGUE}
