"""Cases that lie exactly on a declared kink, and which kinks a case lies on."""

from __future__ import annotations

from hypothesis import strategies as st

from rankproof.conformance.cases.case import Case
from rankproof.conformance.cases.draw import Plan
from rankproof.conformance.checks.clause import Context
from rankproof.conformance.checks.judge import expect
from rankproof.conformance.oracle import holds
from rankproof.conformance.oracle.errors import Undecided
from rankproof.conformance.specification.model import Kink, LossSpec


def kinks_of(spec: LossSpec, case: Case) -> tuple[Kink, ...]:
    """The declared kinks that some position of the case lies on."""
    return tuple(kink for kink in spec.kinks if holds(spec, case, kink.where, kink.variables))


def drawn(context: Context) -> st.SearchStrategy[Case]:
    """Certified cases whose gradient is a set."""

    def on_a_kink(case: Case) -> bool:
        try:
            return _may_be_on_a_kink(context.spec, case) and expect(context, case).at_kink
        except Undecided:
            return False

    return context.drawn(Plan(families=("certified", "tied"), largest=5)).filter(on_a_kink)


def _may_be_on_a_kink(spec: LossSpec, case: Case) -> bool:
    """Whether no declared condition rules it out: that takes a fraction of the time that the formula takes."""
    try:
        return bool(kinks_of(spec, case))
    except Undecided:
        return True
