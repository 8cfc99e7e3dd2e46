"""Reads the mathematics of a loss: definitions, formula, stated gradient, kinks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rankproof.conformance.specification.declarations import check_axis
from rankproof.conformance.specification.expressions import read_condition, read_expression
from rankproof.conformance.specification.model import (
    Definition,
    Expression,
    Formula,
    GradientRule,
    InputSpec,
    Kink,
    Loop,
    Reduction,
)
from rankproof.conformance.specification.names import Scope, calls
from rankproof.conformance.specification.positions import KeyPath
from rankproof.conformance.specification.report import Report
from rankproof.conformance.specification.suggest import did_you_mean, shown

_LOOP = re.compile(r"(\w+) in (\w+)(?: if (.*))?", re.DOTALL)


def read_scope(report: Report) -> Scope:
    """The names that every expression of the file may use; unsound declarations count, so that one error is one."""
    definitions = (_head(each) for each in report.names("definitions"))
    return Scope(
        axes=tuple(report.names("axes")),
        inputs=tuple(report.names("inputs")),
        parameters={name: _choices(report.value("parameters", name)) for name in report.names("parameters")},
        definitions={name: len(arguments) for name, arguments in definitions},
    )


def read_definitions(report: Report, scope: Scope) -> dict[str, Definition]:
    """The definitions, none of which uses itself."""
    definitions: dict[str, Definition] = {}
    for head, value in report.entries("definitions").items():
        name, arguments = _head(head)
        path: KeyPath = ("definitions", head)
        if name in definitions:  # told as a name with two meanings
            continue
        _check_variables(report, path, arguments, scope)
        body = read_expression(report, path, value, scope.with_variables(arguments))
        definitions[name] = Definition(name, arguments, body)
    _check_recursion(report, definitions)
    return definitions


def read_formula(report: Report, scope: Scope) -> Formula | None:
    """The loss before reduction; None when it is unsound."""
    value = report.value("formula")
    if value is None or not report.sound("formula"):
        return None
    if not isinstance(value, dict):
        return Formula(read_expression(report, ("formula",), value, scope))
    loop, _, inner = read_loop(report, ("formula", "for"), value["for"], scope)
    return Formula(read_expression(report, ("formula", "value"), value["value"], inner), loop)


def read_gradient(
    report: Report, scope: Scope, inputs: Mapping[str, InputSpec], formula: Formula | None
) -> dict[str, GradientRule]:
    """The stated gradient: one rule for every input with the role score."""
    loop = None if formula is None else formula.loop
    rules: dict[str, GradientRule] = {}
    scores = [name for name, each in inputs.items() if each.differentiable]
    for head, value in report.entries("gradient").items():
        name, variable = head.rstrip("]").split("[")
        path: KeyPath = ("gradient", head)
        if name in rules:
            report.add(path, f"a second gradient of {shown(name)}")
        if name not in report.names("inputs"):
            report.add(path, f"unknown input {shown(name)}{did_you_mean(name, scores)}")
        elif name in inputs and name not in scores:
            report.add(path, f"the input {shown(name)} has the role {inputs[name].role}, only a score has a gradient")
        _check_variables(report, path, (variable,), scope)
        unit = loop.variable if loop is not None and loop.variable != variable else None
        variables = [variable] if unit is None else [variable, unit]
        expression = read_expression(report, path, value, scope.with_variables(variables))
        rules[name] = GradientRule(name, variable, expression, unit)
    stated = {head.split("[")[0] for head in report.names("gradient")}
    for name in scores:
        if name not in stated and report.sound("gradient"):
            report.add(("gradient",), f"the gradient of {shown(name)} is missing; add {name}[i]: ...")
    return rules


def read_kinks(report: Report, scope: Scope) -> tuple[Kink, ...]:
    """Where the gradient is a set."""
    kinks = []
    for path, entry in report.elements("kinks"):
        where, variables = read_condition(report, (*path, "where"), entry["where"], scope)
        kinks.append(Kink(entry["id"], where, variables, entry["convention"], entry["why"], report.location(path)))
    return tuple(kinks)


def read_reduction(report: Report, scope: Scope) -> Reduction | None:
    """What is reduced, and the denominator of the mean; None when it is unsound."""
    entry = report.value("reduction")
    if entry is None or not report.sound("reduction"):
        return None
    denominator = None
    if "denominator" in entry:
        denominator = read_expression(report, ("reduction", "denominator"), entry["denominator"], scope)
    return Reduction(entry["unit"], entry["default"], denominator, report.location(("reduction",)))


def read_loop(report: Report, path: KeyPath, text: str, scope: Scope) -> tuple[Loop, Expression | None, Scope]:
    """``i in items if positives[i]``: the loop, its condition, and the scope inside."""
    matched = _LOOP.fullmatch(text)
    assert matched is not None, "the schema holds the form"
    variable, axis, condition = matched.groups()
    check_axis(report, path, axis)
    _check_variables(report, path, (variable,), scope)
    inner = scope.with_variables([variable])
    where = None if condition is None else read_expression(report, path, condition, inner)
    return Loop(variable, axis), where, inner


def _head(text: str) -> tuple[str, tuple[str, ...]]:
    name, _, rest = text.rstrip(")").partition("(")
    return name, tuple(part.strip() for part in rest.split(",")) if rest else ()


def _choices(entry: Any) -> tuple[str, ...] | None:
    choices = entry.get("choices") if isinstance(entry, dict) else None
    return tuple(map(str, choices)) if isinstance(choices, list) else None


def _check_variables(report: Report, path: KeyPath, variables: tuple[str, ...], scope: Scope) -> None:
    for variable in variables:
        meaning = scope.meaning(variable)
        if meaning is not None:
            report.add(path, f"the variable {shown(variable)} is {meaning} already; a variable needs a name of its own")
    if len(set(variables)) < len(variables):
        report.add(path, "two variables have the same name")


def _check_recursion(report: Report, definitions: Mapping[str, Definition]) -> None:
    """Adds one problem for each cycle, by depth-first search with an explicit stack."""
    uses = {name: calls(each.body.node, definitions) for name, each in definitions.items()}
    finished: set[str] = set()
    for start in definitions:
        stack = [(start, iter(uses[start]))] if start not in finished else []
        trail = [name for name, _ in stack]
        while stack:
            following = next(stack[-1][1], None)
            if following is None:
                stack.pop()
                finished.add(trail.pop())
            elif following in trail:
                cycle = [*trail[trail.index(following) :], following]
                message = f"the definition uses itself: {' -> '.join(cycle)}; write the recursion as a sum or product"
                report.add(_path_of(report, following), message)
            elif following not in finished:
                trail.append(following)
                stack.append((following, iter(uses[following])))


def _path_of(report: Report, name: str) -> KeyPath:
    heads = report.names("definitions")
    return ("definitions", next(head for head in heads if _head(head)[0] == name))
