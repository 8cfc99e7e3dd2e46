"""All clauses of a loss, in the order in which a report lists them."""

from __future__ import annotations

from rankproof.conformance.checks import (
    batches,
    cost,
    degenerate,
    determinism,
    global_state,
    invalid,
    large,
    numbers,
    purity,
    sampling,
    second_order,
    symmetries,
    transforms,
    worked,
)
from rankproof.conformance.checks.clause import Clause
from rankproof.conformance.specification.model import LossSpec
from rankproof.conformance.verdict.finding import Level

_FAMILIES = (
    worked,
    degenerate,
    numbers,
    large,
    batches,
    symmetries,
    sampling,
    invalid,
    purity,
    global_state,
    determinism,
    second_order,
    transforms,
    cost,
)


def clauses(spec: LossSpec) -> list[Clause]:
    """Every clause that the spec gives rise to, level by level."""
    found = [clause for family in _FAMILIES for clause in family.clauses(spec)]
    order = list(Level)
    return sorted(found, key=lambda clause: order.index(clause.level))
