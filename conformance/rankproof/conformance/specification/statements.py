"""Reads what a spec file states beside the mathematics: symmetries, sampling, conventions."""

from __future__ import annotations

from collections.abc import Mapping

from rankproof.conformance.specification.declarations import check_axis
from rankproof.conformance.specification.expressions import read_expression
from rankproof.conformance.specification.formulas import read_loop
from rankproof.conformance.specification.model import (
    ConventionValue,
    Difference,
    InputSpec,
    ParameterSpec,
    ParameterType,
    Properties,
    Role,
    Sampling,
    Scale,
)
from rankproof.conformance.specification.names import Scope
from rankproof.conformance.specification.parameter_values import as_python, value_problem
from rankproof.conformance.specification.positions import KeyPath
from rankproof.conformance.specification.report import Report
from rankproof.conformance.specification.suggest import did_you_mean, shown


def read_properties(
    report: Report, inputs: Mapping[str, InputSpec], parameters: Mapping[str, ParameterSpec]
) -> Properties:
    """The declared symmetries, of inputs that are scores and parameters that are real."""
    entry = report.value("properties")
    if not isinstance(entry, dict) or not report.sound("properties"):
        return Properties()
    path: KeyPath = ("properties",)
    scale = entry.get("scale")
    if scale is not None:
        _check_scores(report, (*path, "scale", "inputs"), scale["inputs"], inputs)
        _check_reals(report, (*path, "scale", "parameters"), scale["parameters"], parameters)
        scale = Scale(tuple(scale["inputs"]), tuple(scale["parameters"]), scale["degree"])
    for key in ("shift", "zero_sum", "second_order"):
        _check_scores(report, (*path, key), entry.get(key, []), inputs)
    if "permutation" in entry:
        check_axis(report, (*path, "permutation"), entry["permutation"])
    return Properties(
        shift=tuple(entry.get("shift", ())),
        scale=scale,
        permutation=entry.get("permutation"),
        zero_sum=tuple(entry.get("zero_sum", ())),
        second_order=tuple(entry.get("second_order", ())),
        location=report.location(path),
    )


def read_sampling(
    report: Report, scope: Scope, inputs: Mapping[str, InputSpec], parameters: Mapping[str, ParameterSpec]
) -> Sampling | None:
    """How an optional input is drawn; None when the loss draws none."""
    entry = report.value("sampling")
    if not isinstance(entry, dict) or not report.sound("sampling"):
        return None
    path: KeyPath = ("sampling",)
    drawn = inputs.get(entry["input"])
    if entry["input"] not in report.names("inputs"):
        hint = did_you_mean(entry["input"], report.names("inputs"))
        report.add((*path, "input"), f"unknown input {shown(entry['input'])}{hint}")
    elif drawn is not None and not (drawn.optional and drawn.role is Role.INDEX):
        report.add((*path, "input"), f"the input {drawn.name!r} is not drawn; expected role index and optional: true")
    _check_parameter(report, (*path, "replacement"), entry["replacement"], parameters, ParameterType.BOOLEAN)
    if "stops" in entry:
        _check_parameter(report, (*path, "stops"), entry["stops"], parameters, ParameterType.INTEGER)
    per, per_where, inner = read_loop(report, (*path, "per"), entry["per"], scope)
    over, over_where, _ = read_loop(report, (*path, "over"), entry["over"], inner)
    return Sampling(
        input=entry["input"],
        per=per,
        per_where=per_where,
        over=over,
        over_where=over_where,
        replacement=entry["replacement"],
        stops=entry.get("stops"),
        term=read_expression(report, (*path, "term"), entry["term"], inner),
        why=entry["why"],
        location=report.location(path),
    )


def read_conventions(report: Report, parameters: Mapping[str, ParameterSpec]) -> dict[str, tuple[ConventionValue, ...]]:
    """For each parameter: who uses which value."""
    known = report.names("parameters")
    conventions = {}
    for name in report.names("conventions"):
        if name == "differences":
            continue
        if name not in known:
            hint = did_you_mean(name, [*known, "differences"])
            report.add(("conventions", name), f"unknown parameter {shown(name)}{hint}")
        parameter = parameters.get(name)
        if parameter is not None:
            conventions[name] = tuple(_values(report, name, parameter))
    return conventions


def read_differences(report: Report) -> tuple[Difference, ...]:
    """The ways in which libraries differ that are no parameter."""
    entries = report.elements("conventions", "differences")
    return tuple(Difference(entry["topic"], entry["note"]) for _, entry in entries)


def check_mask(report: Report) -> None:
    """Adds a problem unless padding stands along a declared axis."""
    axis = report.value("mask")
    if not isinstance(axis, str) or not report.sound("mask"):
        return
    check_axis(report, ("mask",), axis)


def _values(report: Report, name: str, parameter: ParameterSpec) -> list[ConventionValue]:
    values = []
    for path, entry in report.elements("conventions", name):
        problem = value_problem(parameter, entry["value"])
        if problem:
            report.add((*path, "value"), problem)
        values.append(ConventionValue(as_python(parameter, entry["value"]), tuple(entry["used_by"]), entry["source"]))
    return values


def _check_scores(report: Report, path: KeyPath, names: list[str], inputs: Mapping[str, InputSpec]) -> None:
    scores = [name for name, each in inputs.items() if each.differentiable]
    for index, name in enumerate(names):
        if name not in report.names("inputs"):
            report.add((*path, index), f"unknown input {shown(name)}{did_you_mean(name, scores)}")
        elif name in inputs and name not in scores:
            report.add((*path, index), f"the input {shown(name)} has the role {inputs[name].role}, expected a score")


def _check_reals(report: Report, path: KeyPath, names: list[str], parameters: Mapping[str, ParameterSpec]) -> None:
    for index, name in enumerate(names):
        _check_parameter(report, (*path, index), name, parameters, ParameterType.REAL)


def _check_parameter(
    report: Report, path: KeyPath, name: str, parameters: Mapping[str, ParameterSpec], kind: ParameterType
) -> None:
    known = report.names("parameters")
    if name not in known:
        report.add(path, f"unknown parameter {shown(name)}{did_you_mean(name, known)}")
    elif name in parameters and parameters[name].type is not kind:
        report.add(path, f"the parameter {shown(name)} has the type {parameters[name].type}, expected {kind}")
