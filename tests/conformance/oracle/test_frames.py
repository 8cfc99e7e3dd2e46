"""Names have slots, local variables new ones, and steps are counted."""

from __future__ import annotations

import pytest

from rankproof.conformance.oracle.frames import Run, Scope
from rankproof.conformance.specification.errors import BudgetExceeded


def test_a_local_variable_has_a_slot_behind_the_shared_ones():
    outer = Scope({"x": 1, "n": 2}, 3)
    inner, slot = outer.bind("i")
    nested, other = inner.bind("j")

    assert (slot, other) == (3, 4)
    assert [nested.slot(name) for name in ("x", "n", "i", "j", "k")] == [1, 2, 3, 4, None]
    assert outer.slot("i") is None
    assert outer.locals == 2


def test_a_local_variable_hides_a_shared_one_without_taking_its_slot():
    inner, slot = Scope({"x": 1}, 2).bind("x")

    assert inner.slot("x") == slot == 2


def test_a_run_stops_when_its_steps_are_used_up():
    run = Run([7], definitions=2, steps=5)
    run.spend(5)

    assert run.template == [run, 7]
    assert run.memo == [{}, {}]
    with pytest.raises(BudgetExceeded, match="more steps than the step budget allows"):
        run.spend(1)
