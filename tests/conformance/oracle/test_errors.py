"""The errors of the oracle say what could not be decided and where."""

from __future__ import annotations

from rankproof.conformance.oracle.errors import EvaluationError, Undecided
from rankproof.conformance.specification.errors import FormulaError
from rankproof.conformance.specification.model import Location


def test_what_is_undecided_is_told_with_its_place_and_cause():
    told = str(Undecided("x[0] > 0", Location("warp.yaml", 7, "kinks[0]"), "0.0 against 0"))

    assert told.startswith("`x[0] > 0` at warp.yaml:7")
    assert told.endswith("cannot be decided within the error bounds: 0.0 against 0")


def test_a_place_that_is_not_known_is_left_out():
    assert str(Undecided("a > b", None)) == "`a > b` cannot be decided within the error bounds"


def test_an_error_of_evaluation_is_one_of_the_formula():
    assert issubclass(EvaluationError, FormulaError)
