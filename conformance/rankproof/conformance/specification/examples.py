"""Reads the worked cases of a spec file: examples, edge cases and invalid input."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rankproof.conformance.specification.arrays import Unreadable, read_array
from rankproof.conformance.specification.model import Formula, InputSpec, Invalid, ParameterSpec, Worked
from rankproof.conformance.specification.parameter_values import as_python, value_problem
from rankproof.conformance.specification.positions import KeyPath
from rankproof.conformance.specification.report import Report
from rankproof.conformance.specification.shapes import check_shapes
from rankproof.conformance.specification.suggest import did_you_mean, shown
from rankproof.conformance.specification.values import check_values


@dataclass(frozen=True)
class Declared:
    """What the worked cases are checked against."""

    inputs: Mapping[str, InputSpec]
    parameters: Mapping[str, ParameterSpec]
    formula: Formula | None
    mask: str | None
    reduction: str | None  # the default
    drawn: str | None = None  # the optional input that the loss draws: a formula takes it as given


def read_worked(report: Report, section: str, declared: Declared) -> tuple[Worked, ...]:
    """The examples or the edge cases, each with names, shapes and values checked."""
    check_unique_ids(report, section)
    return tuple(_read_worked(report, path, entry, declared) for path, entry in report.elements(section))


def read_invalid(report: Report, declared: Declared) -> tuple[Invalid, ...]:
    """The invalid cases: their names are checked, not their shapes and values, which are wrong on purpose."""
    check_unique_ids(report, "invalid")
    return tuple(_read_invalid(report, path, entry, declared) for path, entry in report.elements("invalid"))


def check_unique_ids(report: Report, section: str) -> None:
    """Adds a problem for every id that a section has twice."""
    seen: dict[str, int] = {}
    for path, entry in report.elements(section):
        location = report.location((*path, "id"))
        if entry["id"] in seen:
            message = f"the id {shown(entry['id'])} stands in line {seen[entry['id']]} already; expected another"
            report.add((*path, "id"), message)
        seen.setdefault(entry["id"], location.line)


def _read_worked(report: Report, path: KeyPath, entry: Mapping[str, Any], declared: Declared) -> Worked:
    reduction = entry.get("reduction", declared.reduction)
    _check_expectations(report, path, entry, reduction)
    worked = Worked(
        id=entry["id"],
        why=entry["why"],
        source=entry.get("source"),
        inputs=_arrays(report, (*path, "inputs"), entry["inputs"], declared, missing=True),
        mask=_mask(report, path, entry, declared),
        parameters=_parameters(report, path, entry, declared, legal=True),
        reduction=entry.get("reduction"),
        value=_array(report, (*path, "value"), entry.get("value")),
        unreduced=_array(report, (*path, "unreduced"), entry.get("unreduced")),
        gradient=_gradient(report, path, entry, declared),
        decimals=entry.get("decimals"),
        location=report.location(path),
        upstream=_array(report, (*path, "upstream"), entry.get("upstream")),
        dtypes=tuple(entry.get("dtypes", Worked.dtypes)),
    )
    check_shapes(report, path, worked, declared.inputs, declared.formula, declared.mask, reduction)
    check_values(report, path, worked, declared.inputs, declared.mask)
    return worked


def _read_invalid(report: Report, path: KeyPath, entry: Mapping[str, Any], declared: Declared) -> Invalid:
    arguments = [*report.names("inputs"), *report.names("parameters"), "mask", "reduction"]
    if entry["argument"] not in arguments:
        hint = did_you_mean(entry["argument"], arguments)
        report.add((*path, "argument"), f"unknown argument {shown(entry['argument'])}{hint}")
    return Invalid(
        id=entry["id"],
        why=entry["why"],
        source=entry.get("source"),
        inputs=_arrays(report, (*path, "inputs"), entry["inputs"], declared, missing=False),
        mask=_mask(report, path, entry, declared),
        parameters=_parameters(report, path, entry, declared, legal=False),
        argument=entry["argument"],
        error=entry["error"],
        location=report.location(path),
    )


def _check_expectations(report: Report, path: KeyPath, entry: Mapping[str, Any], reduction: str | None) -> None:
    if "value" not in entry and "unreduced" not in entry:
        report.add(path, "states neither 'value' nor 'unreduced'; expected at least one")
    if reduction == "none" and "value" in entry:
        report.add((*path, "value"), "under reduction none there is no value; write 'unreduced'")
    if "decimals" in entry and "value" not in entry:
        report.add((*path, "decimals"), "'decimals' says how precise 'value' is, which is missing")
    if "upstream" in entry and "gradient" not in entry:
        report.add((*path, "upstream"), "'upstream' is what 'gradient' goes on from, which is missing")


def _arrays(
    report: Report, path: KeyPath, entries: Mapping[str, Any], declared: Declared, *, missing: bool
) -> dict[str, Any]:
    known = report.names("inputs")
    arrays = {}
    for name, value in entries.items():
        if name not in known:
            report.add((*path, name), f"unknown input {shown(name)}{did_you_mean(name, known)}")
        array = _array(report, (*path, name), value)
        if array is not None:
            arrays[name] = array
    for name in known:
        if missing and name not in entries and not _may_be_left_out(declared, name):
            report.add(path, f"the input {shown(name)} is missing")
    return arrays


def _may_be_left_out(declared: Declared, name: str) -> bool:
    spec = declared.inputs.get(name)
    return spec is not None and spec.optional and name != declared.drawn


def _array(report: Report, path: KeyPath, value: Any) -> Any:
    """The array at a key; None where there is none, or none that can be read."""
    if value is None:
        return None
    try:
        return read_array(report, path, value)
    except Unreadable:
        return None


def _mask(report: Report, path: KeyPath, entry: Mapping[str, Any], declared: Declared) -> Any:
    if "mask" in entry and report.value("mask") is None:
        report.add((*path, "mask"), "this loss has no mask; the file would say so as 'mask: <axis>'")
    return _array(report, (*path, "mask"), entry.get("mask"))


def _parameters(
    report: Report, path: KeyPath, entry: Mapping[str, Any], declared: Declared, *, legal: bool
) -> dict[str, Any]:
    known = report.names("parameters")
    values = {}
    for name, value in entry.get("parameters", {}).items():
        inner = (*path, "parameters", name)
        if name not in known:
            report.add(inner, f"unknown parameter {shown(name)}{did_you_mean(name, known)}")
        parameter = declared.parameters.get(name)
        if parameter is None:
            continue
        problem = value_problem(parameter, value) if legal else None
        if problem:
            report.add(inner, problem)
        values[name] = as_python(parameter, value)
    return values


def _gradient(report: Report, path: KeyPath, entry: Mapping[str, Any], declared: Declared) -> dict[str, Any] | None:
    if "gradient" not in entry:
        return None
    scores = [name for name, each in declared.inputs.items() if each.differentiable]
    arrays = {}
    for name, value in entry["gradient"].items():
        inner = (*path, "gradient", name)
        if name not in report.names("inputs"):
            report.add(inner, f"unknown input {shown(name)}{did_you_mean(name, scores)}")
        elif name in declared.inputs and name not in scores:
            report.add(inner, f"the input {shown(name)} has no gradient; only scores have one")
        array = _array(report, inner, value)
        if array is not None:
            arrays[name] = array
    return arrays
