"""Errors of a spec file say where, and travel between processes with all that they hold."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from rankproof.conformance.specification import load_builtin
from rankproof.conformance.specification.errors import Absence, BudgetExceeded, FormulaError, Problem, SpecError
from rankproof.conformance.specification.model import Location

WHERE = Location("mine.yaml", 7, "title")


def test_every_problem_has_a_line_with_its_place():
    error = SpecError([Problem(WHERE, "is empty"), Problem(Location("mine.yaml", 9, ""), "is unknown")])

    assert str(error).splitlines() == [f"{WHERE}: is empty", "mine.yaml:9: is unknown"]
    assert str(WHERE).startswith("mine.yaml:7")


def test_a_problem_of_a_file_of_the_package_is_told_with_a_path_that_opens():
    told = str(Problem(Location("warp.yaml", 9, "inputs"), "is unknown"))

    assert Path(told.partition(":")[0]).read_text("utf-8").startswith("rankproof: 1\nloss: warp\n")
    assert told.endswith("warp.yaml:9 (inputs): is unknown")


def test_what_is_not_there_has_no_line():
    assert str(Absence(WHERE, "no built-in loss 'wrap'")) == "no built-in loss 'wrap'"
    with pytest.raises(SpecError) as caught:
        load_builtin("wrap")
    assert str(caught.value).startswith("no built-in loss 'wrap'; did you mean 'warp'?")


def test_an_error_comes_out_of_another_process_whole():
    error = SpecError([Problem(WHERE, "is empty"), Absence(WHERE, "is not there")])
    copy = pickle.loads(pickle.dumps(error))

    assert (copy.problems, str(copy)) == (error.problems, str(error))


def test_a_budget_that_is_used_up_is_an_error_of_the_formula():
    assert issubclass(BudgetExceeded, FormulaError)
