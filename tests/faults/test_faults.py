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

# A fault that the suite does not catch is a gap of the suite; strict, so that closing the gap is noticed.
_NO_BATCH = "a loss that raises for a batch is taken for one that takes one list at a time: batching is not run"
_NO_MASK = "purity.inputs draws no mask, so that padding is never there to be overwritten"
SURVIVORS = {
    "pairwise_hinge.labels_indexed_with_a_batch": _NO_BATCH,
    "approx_ndcg.labels_indexed_with_a_batch": _NO_BATCH,
    "pairwise_hinge.padding_labels_overwritten": _NO_MASK,
    "approx_ndcg.padding_labels_overwritten": _NO_MASK,
    "warp.padding_labels_overwritten": _NO_MASK,
    "approx_ndcg.relevance_broadcasts": "the spec has no invalid case whose shapes broadcast",
    "approx_ndcg.grades_capped_at_four": "the gain of a single relevant item cancels, and grades are drawn up to 4",
    "warp.seed_fixed_inside": "sampling draws all its lists in one call, within which a fixed seed is as good as any",
    "warp.generator_unused": "no clause repeats a call with the same seed and no order",
    "warp.one_draw_for_all_positives": "with several positives sampling judges the mean, which is the same",
}


def findings(loss: str, target: str, clauses: Iterable[str], *, cases: int = 25) -> Iterator[Finding]:
    """What the named clauses say of a loss, one after the other; half precision has clauses of its own dtype."""
    spec = load_builtin(loss)
    subject = build_subject(target, spec)
    for clause in sorted(clauses):
        dtype = clause.removeprefix(HALF) if clause.startswith(HALF) else "float64"
        yield from run_clauses(spec, subject, dtype=dtype, clauses=[clause, f"{clause}.*"], cases=cases, shrink=False)


def caught(finding: Finding) -> bool:
    return finding.verdict is Verdict.DIVERGES and finding.fault is Blame.SUBJECT


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


def test_survivors_are_faults_of_the_catalogue() -> None:
    assert set(SURVIVORS) <= {fault.id for fault in CATALOGUE}
