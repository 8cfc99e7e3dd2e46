"""Reads a worked array of a spec file: nested lists of numbers, booleans and constant expressions."""

from __future__ import annotations

import ast
import math
from typing import Any

import numpy as np

from rankproof.conformance.specification.errors import FormulaError
from rankproof.conformance.specification.expressions import UNREADABLE, read_expression
from rankproof.conformance.specification.language import WORKED_FUNCTIONS
from rankproof.conformance.specification.model import Constant
from rankproof.conformance.specification.names import Scope
from rankproof.conformance.specification.positions import KeyPath
from rankproof.conformance.specification.report import Report
from rankproof.conformance.specification.suggest import shown

Shape = tuple[int, ...]

_BOOLEAN_WORDS = ("yes", "no", "on", "off", "y", "n", "true", "false")


class Unreadable(Exception):
    """A worked array that the report already has a problem about."""


def read_array(report: Report, path: KeyPath, value: Any) -> Any:
    """Nested lists of ``Constant`` and bool, or a numpy array of size 0 for ``{shape: [...]}``.

    Raises
    ------
    Unreadable
        When the report was given a problem: an unreadable number, or lists of unequal length.
    """
    if isinstance(value, dict):
        return _zero_size(report, path, value["shape"])
    result, sound = _read(report, path, value)
    if not sound or not _rectangular(report, path, result):
        raise Unreadable
    return result


def shape_of(array: Any) -> Shape:
    """The shape of what ``read_array`` returned."""
    if isinstance(array, np.ndarray):
        return tuple(array.shape)
    shape = []
    while isinstance(array, list):
        shape.append(len(array))
        array = array[0] if array else None
    return tuple(shape)


def _zero_size(report: Report, path: KeyPath, shape: list[int]) -> Any:
    if 0 in shape:
        return np.zeros([int(length) for length in shape])  # 3.0 and 3e0 are integers to the schema
    report.add(path, f"{{shape: {shape}}} is for arrays without elements; write out the numbers")
    raise Unreadable


def _read(report: Report, path: KeyPath, value: Any) -> tuple[Any, bool]:
    if isinstance(value, list):
        pairs = [_read(report, (*path, index), each) for index, each in enumerate(value)]
        return [each for each, _ in pairs], all(sound for _, sound in pairs)
    match value:
        case bool() | Constant():
            return value, True
        case int():
            return Constant(float(value), str(value)), True
        case str():
            return _expression(report, path, value)
    problem = "{shape: [...]} stands for a whole array, not inside a list" if isinstance(value, dict) else None
    report.add(path, problem or f"got {shown(value)}, expected a number, true, false or an expression in quotes")
    return None, False


def _expression(report: Report, path: KeyPath, text: str) -> tuple[Constant, bool]:
    from rankproof.conformance.oracle import Undecided, constant  # here, since the oracle imports this package

    unreadable = Constant(math.nan, "nan"), False
    if text.lower() in _BOOLEAN_WORDS:
        report.add(path, f"got {shown(text)}, expected a number, or true or false without quotes")
        return unreadable
    expression = read_expression(report, path, text, Scope())
    if expression.node is UNREADABLE:
        return unreadable
    foreign = _not_written_out(expression.node)
    if foreign:
        report.add(path, f"{foreign} is not for worked values; write the number out, as 1 + 1/2 + 1/3")
        return unreadable
    try:
        value = float(constant(text))
    except (FormulaError, Undecided, OverflowError) as error:
        reason = str(error).removeprefix("constant expression:1: ")
        report.add(path, f"{shown(text)} has no value: {reason}")
        return unreadable
    if not math.isfinite(value):
        report.add(path, f"{shown(text)} is beyond float64")
        return unreadable
    return Constant(value, text), True


def _not_written_out(node: ast.expr) -> str | None:
    for each in ast.walk(node):
        if isinstance(each, ast.ListComp | ast.GeneratorExp):
            return "a comprehension"
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Name) and each.func.id not in WORKED_FUNCTIONS:
            return f"the function {each.func.id}"
    return None


def _rectangular(report: Report, path: KeyPath, array: Any) -> bool:
    """Whether all lists of one level have the shape of the first; adds a problem for the first that has not."""
    if not isinstance(array, list) or not array:
        return True
    if not all(_rectangular(report, (*path, index), each) for index, each in enumerate(array)):
        return False
    first = shape_of(array[0])
    for index, each in enumerate(array):
        if shape_of(each) != first:
            got, expected = _described(shape_of(each)), _described(first)
            report.add((*path, index), f"has {got}, but its neighbour {expected}; expected equal ones")
            return False
    return True


def _described(shape: Shape) -> str:
    return f"the shape {list(shape)}" if shape else "no list at all"
