"""Reads an expression of a spec file: parsed, and every name in it checked."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Any

from rankproof.conformance.specification.errors import FormulaError, Problem, SpecError
from rankproof.conformance.specification.formula import parse
from rankproof.conformance.specification.model import Constant, Expression, Location
from rankproof.conformance.specification.names import Scope, check_names, positions
from rankproof.conformance.specification.positions import KeyPath
from rankproof.conformance.specification.report import Report

UNREADABLE = ast.Constant(value=0)  # stands for an expression that the report has a problem about


def parse_expression(
    text: str,
    location: Location,
    *,
    axes: Iterable[str] = (),
    inputs: Iterable[str] = (),
    parameters: dict[str, tuple[str, ...] | None] | None = None,
    definitions: dict[str, int] | None = None,
    variables: Iterable[str] = (),
) -> Expression:
    """An expression outside a file, with the names that it may use.

    Raises
    ------
    SpecError
        With every unknown or misused name, or with what makes the text no expression.
    """
    scope = Scope(tuple(axes), tuple(inputs), parameters or {}, definitions or {}, tuple(variables))
    try:
        node = parse(text)
    except FormulaError as error:
        raise SpecError([Problem(location, str(error))]) from None
    problems = check_names(node, text, scope)
    if problems:
        raise SpecError([Problem(location, message) for message in problems])
    return Expression(text, node, location)


def read_expression(report: Report, path: KeyPath, value: Any, scope: Scope) -> Expression:
    """The expression at a key; its problems go to the report."""
    return _read(report, path, value, scope)[0]


def read_condition(report: Report, path: KeyPath, value: Any, scope: Scope) -> tuple[Expression, tuple[str, ...]]:
    """A condition in which unknown single letters are positions: the expression and these letters."""
    return _read(report, path, value, scope, free=True)


def _read(
    report: Report, path: KeyPath, value: Any, scope: Scope, *, free: bool = False
) -> tuple[Expression, tuple[str, ...]]:
    text = expression_text(value)
    location = report.location(path)
    try:
        node = parse(text)
    except FormulaError as error:
        report.add(path, str(error))
        return Expression(text, UNREADABLE, location), ()
    found = positions(node, scope) if free else ()
    messages = check_names(node, text, scope.with_variables(found))
    for message in messages:
        report.add(path, message)
    return Expression(text, UNREADABLE if messages else node, location), found


def expression_text(value: Any) -> str:
    """The text of an expression that YAML may have read as a number or a boolean."""
    if isinstance(value, Constant):
        return value.text
    return str(value)
