"""A parameter takes the values of its type, inside its bounds."""

from __future__ import annotations

import pytest

from rankproof.conformance.specification.model import Constant, Location, ParameterSpec, ParameterType
from rankproof.conformance.specification.parameter_values import as_python, value_problem

WHERE = Location("loss.yaml", 1, "parameters.p")
REAL = ParameterSpec("p", ParameterType.REAL, 1.0, "", WHERE, above=0.0)
INTEGER = ParameterSpec("p", ParameterType.INTEGER, None, "", WHERE, minimum=1.0)
CHOICE = ParameterSpec("p", ParameterType.CHOICE, "mean", "", WHERE, choices=("mean", "total"))
BOOLEAN = ParameterSpec("p", ParameterType.BOOLEAN, False, "", WHERE)


@pytest.mark.parametrize(
    ("parameter", "value"), [(REAL, 2), (REAL, 0.5), (INTEGER, None), (INTEGER, 1), (CHOICE, "total"), (BOOLEAN, True)]
)
def test_legal_values_have_no_problem(parameter: ParameterSpec, value: object) -> None:
    assert value_problem(parameter, value) is None


@pytest.mark.parametrize(
    ("parameter", "value", "problem"),
    [
        (REAL, "one", "got 'one', expected a number"),
        (REAL, True, "got true, expected a number"),
        (REAL, None, "got null, but 'p' is null only where that is its default"),
        (REAL, 0, "got 0, but 'p' is above 0.0"),
        (REAL, Constant(float("nan"), "nan"), "got nan, expected a finite number"),
        (INTEGER, 1.5, "got 1.5, expected an integer"),
        (INTEGER, False, "got false, expected an integer"),
        (INTEGER, 0, "got 0, but 'p' is at least 1.0"),
        (CHOICE, "totel", "'totel' is not a choice of 'p'; did you mean 'total'?"),
        (CHOICE, 3, "got 3, expected one of mean, total"),
        (BOOLEAN, "yes", "got 'yes', expected true or false"),
        (BOOLEAN, 1, "got 1, expected true or false"),
    ],
)
def test_other_values_have_a_problem(parameter: ParameterSpec, value: object, problem: str) -> None:
    assert value_problem(parameter, value) == problem


def test_a_real_parameter_written_as_an_integer_is_a_float_with_its_text() -> None:
    value = as_python(REAL, 2)

    assert isinstance(value, Constant)
    assert (value, value.text) == (2.0, "2")
