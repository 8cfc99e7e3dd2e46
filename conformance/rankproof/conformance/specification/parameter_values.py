"""Whether a value is one that a parameter takes, and the value as the rest of the harness reads it."""

from __future__ import annotations

import math
from typing import Any

from rankproof.conformance.specification.model import Constant, ParameterSpec, ParameterType
from rankproof.conformance.specification.suggest import did_you_mean, shown


def value_problem(parameter: ParameterSpec, value: Any) -> str | None:
    """What is wrong with a value of a parameter; None when nothing is."""
    if value is None:
        problem = f"got null, but {parameter.name!r} is null only where that is its default"
        return None if parameter.nullable else problem
    if not _has_type(parameter.type, value):
        return f"got {shown(value)}, expected {_expected(parameter)}"
    if parameter.type is ParameterType.CHOICE and value not in parameter.choices:
        hint = did_you_mean(value, parameter.choices)
        return f"{shown(value)} is not a choice of {parameter.name!r}{hint}"
    if isinstance(value, float) and not math.isfinite(value):
        return f"got {shown(value)}, expected a finite number"
    return _bound_problem(parameter, value)


def as_python(parameter: ParameterSpec, value: Any) -> Any:
    """A legal value as Python has it: a real parameter is a ``Constant`` even where the file has an integer."""
    if parameter.type is ParameterType.REAL and isinstance(value, int) and not isinstance(value, bool):
        return Constant(float(value), str(value))
    return value


def _bound_problem(parameter: ParameterSpec, value: Any) -> str | None:
    if parameter.minimum is not None and value < parameter.minimum:
        return f"got {shown(value)}, but {parameter.name!r} is at least {shown(parameter.minimum)}"
    if parameter.above is not None and value <= parameter.above:
        return f"got {shown(value)}, but {parameter.name!r} is above {shown(parameter.above)}"
    return None


def _has_type(kind: ParameterType, value: Any) -> bool:
    match kind:
        case ParameterType.REAL:
            return isinstance(value, int | float) and not isinstance(value, bool)
        case ParameterType.INTEGER:
            return isinstance(value, int) and not isinstance(value, bool)
        case ParameterType.BOOLEAN:
            return isinstance(value, bool)
        case ParameterType.CHOICE:
            return isinstance(value, str)


def _expected(parameter: ParameterSpec) -> str:
    match parameter.type:
        case ParameterType.REAL:
            return "a number"
        case ParameterType.INTEGER:
            return "an integer"
        case ParameterType.BOOLEAN:
            return "true or false"
        case ParameterType.CHOICE:
            return "one of " + ", ".join(parameter.choices)
