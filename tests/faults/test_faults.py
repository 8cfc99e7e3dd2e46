"""The suite catches every fault of the catalogue by each clause that must, and blames none of the right losses.

Only the clauses that a fault names are run here, and of a fault that is planted in every loss one, in a loss that a
digest of its name picks; of the clauses that the right losses must pass those are left out that take seconds each.
``nox -s faults`` runs all clauses on all faults.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable

import pytest

from rankproof.conformance.checks.registry import clauses
from tests.faults.catalogue import CATALOGUE
from tests.faults.fault import Fault
from tests.faults.judging import judge, spec_of
from tests.faults.matrix import unfulfilled
from tests.faults.workers import SLOW

FROM = sorted({fault.right for fault in CATALOGUE})


def one_of_each(faults: Iterable[Fault]) -> list[Fault]:
    """The faults of a loss's own, and of each that is planted in several losses one."""
    alike: dict[str, list[Fault]] = {}
    for fault in faults:
        alike.setdefault(fault.id.partition(".")[2] if fault.planted else fault.id, []).append(fault)
    return [some[zlib.crc32(name.encode()) % len(some)] for name, some in alike.items()]


CHOSEN = one_of_each(CATALOGUE)


def made_from(right: str) -> list[Fault]:
    """The faults that are this right loss but for one thing."""
    return [fault for fault in CATALOGUE if fault.right == right]


def named_by(*faults: Fault) -> tuple[str, ...]:
    """The clauses that must catch one of the faults of a loss."""
    ids = [clause.id for clause in clauses(spec_of(faults[0].loss))]
    return tuple(clause for clause in ids if any(fault.names(clause) for fault in faults))


def test_every_kind_of_fault_is_among_those_chosen() -> None:
    assert {fault.id for fault in CATALOGUE if not fault.planted} <= {fault.id for fault in CHOSEN}
    assert {fault.id.partition(".")[2] for fault in CATALOGUE} == {fault.id.partition(".")[2] for fault in CHOSEN}


@pytest.mark.parametrize("fault", CHOSEN, ids=[fault.id for fault in CHOSEN])
def test_fault_is_caught_by_every_clause_that_must(fault: Fault) -> None:
    named = named_by(fault)
    row = judge(fault.id, fault.loss, fault.target, named, dtype=fault.dtype)

    assert unfulfilled(fault, row, named) == [], fault.what
    assert row.caught
    assert not row.crashed


RIGHT = [(right, quick) for right in FROM if (quick := set(named_by(*made_from(right))) - SLOW)]


@pytest.mark.parametrize(("right", "quick"), RIGHT, ids=[right for right, _ in RIGHT])
def test_a_right_loss_passes_the_clauses_that_catch_the_faults_made_from_it(right: str, quick: set[str]) -> None:
    row = judge(right, made_from(right)[0].loss, right, tuple(sorted(quick)), cases=8)

    assert dict(row.caught) == {}
    assert dict(row.crashed) == {}
    assert row.passed
