"""Reads a worked array of a spec file: nested lists of numbers, booleans and constant expressions."""

from __future__ import annotations

import ast
import math
from typing import Any

import numpy as np

from rankproof.conformance.specification.errors import FormulaError
from rankproof.conformance.specification.model import Constant
from rankproof.conformance.specification.positions import KeyPath
from rankproof.conformance.specification.report import Report
from rankproof.conformance.specification.suggest import shown

Shape = tuple[int, ...]


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


def constant_value(text: str) -> float:
    """The float64 nearest to a constant expression.

    Raises
    ------
    FormulaError
        For what is no expression, or has no value.
    """
    try:
        from rankproof.conformance.oracle import constant  # here, since the oracle imports this package
    except ImportError:
        constant = _stopgap
    try:
        return float(constant(text))
    except (ArithmeticError, ValueError) as error:
        raise FormulaError(f"{text} has no value ({error})") from error


def _stopgap(text: str) -> float:
    from rankproof.conformance.specification.formula import parse

    tree = ast.Expression(parse(text))
    return float(eval(compile(tree, "constant", "eval"), {"__builtins__": {}, **vars(math), "max": max}))


def _zero_size(report: Report, path: KeyPath, shape: list[int]) -> Any:
    if 0 in shape:
        return np.zeros(tuple(shape))
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
    try:
        return Constant(constant_value(text), text), True
    except FormulaError as error:
        report.add(path, f"not a constant expression: {error}")
        return Constant(math.nan, "nan"), False


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
