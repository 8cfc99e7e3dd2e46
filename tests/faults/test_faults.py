"""The suite catches every fault of the catalogue, by a clause that the fault names, and none of the right losses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from rankproof.conformance.checks.run import run_clauses
from rankproof.conformance.specification import load_builtin
from rankproof.conformance.subjects.build import build_subject
from rankproof.conformance.verdict.finding import Fault as Blame
from rankproof.conformance.verdict.finding import Finding, Verdict
from tests.faults.catalogue import CATALOGUE
from tests.faults.fault import Fault

HALF = "precision."


def findings(loss: str, target: str, clauses: Iterable[str], *, cases: int = 25) -> Iterator[Finding]:
    """What the named clauses say of a loss, one after the other; half precision has clauses of its own dtype."""
    spec = load_builtin(loss)
    subject = build_subject(target, spec)
    for clause in sorted(clauses):
        dtype = clause.removeprefix(HALF) if clause.startswith(HALF) else "float64"
        yield from run_clauses(spec, subject, dtype=dtype, clauses=[clause, f"{clause}.*"], cases=cases, shrink=False)


def caught(finding: Finding) -> bool:
    return finding.verdict is Verdict.DIVERGES and finding.fault is Blame.SUBJECT


@pytest.mark.parametrize("fault", CATALOGUE, ids=[fault.id for fault in CATALOGUE])
def test_fault_is_caught(fault: Fault) -> None:
    assert any(caught(finding) for finding in findings(fault.loss, fault.target, fault.clauses)), fault.what


@pytest.mark.parametrize("loss", sorted({fault.loss for fault in CATALOGUE}))
@pytest.mark.parametrize("right", ["tests.faults.steps", "rankproof.implementations.vectorized"])
def test_right_loss_passes_the_clauses_that_catch_faults(right: str, loss: str) -> None:
    named = {clause for fault in CATALOGUE if fault.loss == loss for clause in fault.clauses}

    wrong = [
        f"{finding.clause}: {finding.reason}"
        for finding in findings(loss, f"{right}.{loss}:{loss}", named, cases=8)
        if finding.verdict in (Verdict.DIVERGES, Verdict.NOT_RUN)
    ]

    assert wrong == []
