"""Cases that lie exactly on a declared kink, and which kinks a case lies on."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import strategies as st

from rankproof.conformance.cases.case import Array, Case
from rankproof.conformance.cases.draw import Plan
from rankproof.conformance.checks.clause import Context, Tally
from rankproof.conformance.checks.judge import expect
from rankproof.conformance.oracle import holds
from rankproof.conformance.oracle.errors import Undecided
from rankproof.conformance.specification.model import Kink, LossSpec


def kinks_of(spec: LossSpec, case: Case) -> tuple[Kink, ...]:
    """The declared kinks that some position of the case lies on."""
    return tuple(kink for kink in spec.kinks if holds(spec, case, kink.where, kink.variables))


def tell_member(context: Context, case: Case, got: Mapping[str, Array], tally: Tally) -> None:
    """Make a member of the gradient set admissible where it is another than the declared one."""
    try:
        at = kinks_of(context.spec, case)
    except Undecided:
        return
    is_open = not at or any(kink.convention == "any" for kink in at)
    if not is_open and not expect(context, case).judge_convention(got).share <= 1:
        tally.admissible = f"another member of the gradient set at the kink {', '.join(kink.id for kink in at)}"


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
