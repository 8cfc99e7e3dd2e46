"""Reads what a loss is called with: axes, inputs and parameters."""

from __future__ import annotations

import keyword
from dataclasses import replace
from typing import Any

from rankproof.conformance.specification.language import FUNCTIONS
from rankproof.conformance.specification.model import Constant, InputSpec, ParameterSpec, ParameterType, Role
from rankproof.conformance.specification.parameter_values import as_python, value_problem
from rankproof.conformance.specification.positions import KeyPath
from rankproof.conformance.specification.report import Report
from rankproof.conformance.specification.suggest import did_you_mean, shown

_SECTIONS = ("axes", "inputs", "parameters", "definitions")
_RESERVED = ("mask", "reduction", "validate", "generator", "variant", "differences")


def check_axis(report: Report, path: KeyPath, name: str) -> None:
    """Adds a problem unless an axis of this name is declared."""
    axes = report.names("axes")
    if axes and name not in axes:
        report.add(path, f"unknown axis {shown(name)}{did_you_mean(name, axes)}")


def read_inputs(report: Report) -> dict[str, InputSpec]:
    """The inputs that are sound, checked against the axes."""
    inputs = {}
    for name, entry in report.entries("inputs").items():
        path: KeyPath = ("inputs", name)
        for index, axis in enumerate(entry["axes"]):
            check_axis(report, (*path, "axes", index), axis)
        inputs[name] = InputSpec(
            name=name,
            axes=tuple(entry["axes"]),
            role=Role(entry["role"]),
            title=entry["title"],
            location=report.location(path),
            of=entry.get("of"),
            optional=entry.get("optional", False),
            omitted=_number(entry.get("omitted")),
        )
        _check_index(report, path, inputs[name])
    for axis in report.names("axes"):
        if report.sound("inputs") and not any(axis in each.axes for each in inputs.values()):
            report.add(("axes", axis), f"no input runs along the axis {shown(axis)}; remove it")
    if inputs and report.sound("inputs") and not any(each.differentiable for each in inputs.values()):
        report.add(("inputs",), "no input has the role score; expected at least one that has a gradient")
    return inputs


def read_axes(report: Report) -> tuple[dict[str, str], dict[str, int]]:
    """What the positions along each axis are, and how many there may be where that is limited."""
    titles, most = {}, {}
    for name, entry in report.entries("axes").items():
        titles[name] = entry["title"] if isinstance(entry, dict) else entry
        if isinstance(entry, dict):
            most[name] = int(entry["most"])
    return titles, most


def read_parameters(report: Report) -> dict[str, ParameterSpec]:
    """The parameters that are sound, each with a legal default and range."""
    parameters = {}
    for name, entry in report.entries("parameters").items():
        path: KeyPath = ("parameters", name)
        parameter = ParameterSpec(
            name=name,
            type=ParameterType(entry["type"]),
            default=entry["default"],
            title=entry["title"],
            location=report.location(path),
            choices=tuple(entry.get("choices", ())),
            unit=entry.get("unit"),
            minimum=_number(entry.get("minimum")),
            above=_number(entry.get("above")),
            drawn=_pair(entry.get("drawn")),
        )
        _check_keys(report, path, parameter)
        _check_default(report, path, parameter)
        parameters[name] = _with_python_default(parameter)
    return parameters


def check_unique_names(report: Report) -> None:
    """Adds a problem for every name that means two things, or that Python or the API has taken."""
    meanings: dict[str, str] = dict.fromkeys(FUNCTIONS, "a function of the formula language")
    meanings |= dict.fromkeys(_RESERVED, "an argument that every loss has, or a reserved word")
    for section in _SECTIONS:
        for head in report.names(section):
            name = head.split("(")[0]
            if name in meanings:
                report.add((section, head), f"the name {shown(name)} is {meanings[name]} already; choose another")
            elif keyword.iskeyword(name):
                report.add((section, head), f"the name {shown(name)} is a word of Python; choose another")
            meanings.setdefault(name, f"declared under {section}")


def _check_index(report: Report, path: KeyPath, spec: InputSpec) -> None:
    if spec.holds_positions and spec.of is None:
        report.add(path, f"an input with the role {spec.role} needs 'of', the axis whose positions it holds")
    if spec.of is not None:
        check_axis(report, (*path, "of"), spec.of)
        if not spec.holds_positions:
            kinds = "the roles index and permutation"
            report.add((*path, "of"), f"'of' is for {kinds}, this input has the role {spec.role}")
        elif spec.role is Role.PERMUTATION and spec.axes != (spec.of,):
            report.add((*path, "of"), f"a permutation of {shown(spec.of)} runs along {shown(spec.of)} itself")


def _check_keys(report: Report, path: KeyPath, parameter: ParameterSpec) -> None:
    kind = parameter.type
    if kind is ParameterType.CHOICE and not parameter.choices:
        report.add(path, "a parameter of type choice needs 'choices', the list of its values")
    allowed = {
        "choices": (ParameterType.CHOICE,),
        "unit": (ParameterType.REAL,),
        "minimum": (ParameterType.REAL, ParameterType.INTEGER),
        "above": (ParameterType.REAL, ParameterType.INTEGER),
        "drawn": (ParameterType.REAL, ParameterType.INTEGER),
    }
    for key, kinds in allowed.items():
        if getattr(parameter, key) and kind not in kinds:
            expected = " or ".join(kinds)
            report.add((*path, key), f"{key!r} is for the type {expected}, this parameter has the type {kind}")


def _check_default(report: Report, path: KeyPath, parameter: ParameterSpec) -> None:
    problem = value_problem(parameter, parameter.default)
    if problem:
        report.add((*path, "default"), problem)
    for index, bound in enumerate(report.value(*path, "drawn") or ()):
        problem = value_problem(parameter, bound)
        if problem:
            report.add((*path, "drawn", index), problem)
    if parameter.drawn and parameter.drawn[0] > parameter.drawn[1]:
        report.add((*path, "drawn"), "the range ends before it begins; expected [smallest, largest]")


def _with_python_default(parameter: ParameterSpec) -> ParameterSpec:
    default = as_python(parameter, parameter.default)
    return replace(parameter, default=float(default) if isinstance(default, Constant) else default)


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _pair(value: Any) -> tuple[float, float] | None:
    return None if value is None else (float(value[0]), float(value[1]))
