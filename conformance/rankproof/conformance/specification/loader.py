"""Loads a spec file: a checked ``LossSpec``, or every problem of the file at once."""

from __future__ import annotations

import os
from importlib import resources
from pathlib import Path

from rankproof.conformance.places import kept_name
from rankproof.conformance.specification.declarations import check_unique_names, read_axes, read_inputs, read_parameters
from rankproof.conformance.specification.errors import Absence, SpecError
from rankproof.conformance.specification.examples import Declared, check_unique_ids, read_invalid, read_worked
from rankproof.conformance.specification.formulas import (
    read_definitions,
    read_formula,
    read_gradient,
    read_kinks,
    read_reduction,
    read_scope,
)
from rankproof.conformance.specification.loss_names import loss_hint
from rankproof.conformance.specification.model import Location, LossSpec, Source
from rankproof.conformance.specification.positions import read_bytes, read_document
from rankproof.conformance.specification.report import Report
from rankproof.conformance.specification.schema import check_schema
from rankproof.conformance.specification.statements import (
    check_mask,
    read_conventions,
    read_differences,
    read_properties,
    read_sampling,
)
from rankproof.conformance.specification.suggest import shown
from rankproof.spec.arguments import losses

_SUFFIX = ".yaml"


def load(path: str | os.PathLike[str]) -> LossSpec:
    """The checked spec in a YAML file anywhere on disk.

    Raises
    ------
    SpecError
        With every problem of the file, in its order: what is wrong, where, and what would be right.
    """
    file = os.fspath(path)
    return _checked(read_bytes(Path(file), file), kept_name(file), file)


def load_builtin(loss_id: str) -> LossSpec:
    """The checked spec of a loss that comes with rankproof; ``builtin_ids`` lists them.

    Raises
    ------
    SpecError
        For an id that does not exist.
    """
    known = builtin_ids()
    file = f"{loss_id}{_SUFFIX}"
    if loss_id not in known:
        message = f"no built-in loss {shown(loss_id)}{loss_hint(loss_id, known)}"
        raise SpecError([Absence(Location("rankproof.spec", 1, ""), message)])
    entry = resources.files("rankproof.spec") / file
    return _checked(entry.read_bytes(), file, str(entry))


def builtin_ids() -> tuple[str, ...]:
    """The ids of the losses that come with rankproof, sorted."""
    return losses()


def _checked(raw: bytes, file: str, path: str) -> LossSpec:
    report = Report(read_document(raw, file))
    check_schema(report)
    _check_file_name(report, path)
    check_unique_names(report)
    spec = _read(report, path)
    report.close()
    assert spec is not None, "a file without problems has every section"
    return spec


def _check_file_name(report: Report, path: str) -> None:
    loss = report.value("loss")
    if isinstance(loss, str) and report.sound("loss") and Path(path).stem != loss:
        name = shown(Path(path).name)
        report.add(("loss",), f"got {shown(loss)}, but the file is called {name}; expected equal names")


def _read(report: Report, path: str) -> LossSpec | None:
    """The spec, None when a section is missing or unsound; the problems are in the report."""
    inputs, parameters, scope = read_inputs(report), read_parameters(report), read_scope(report)
    definitions, formula = read_definitions(report, scope), read_formula(report, scope)
    gradient, kinks = read_gradient(report, scope, inputs, formula), read_kinks(report, scope)
    reduction, properties = read_reduction(report, scope), read_properties(report, inputs, parameters)
    sampling, conventions = read_sampling(report, scope, inputs, parameters), read_conventions(report, parameters)
    check_mask(report)
    check_unique_ids(report, "kinks")
    mask = report.value("mask") if report.sound("mask") else None
    default = None if reduction is None else reduction.default
    drawn = None if sampling is None else sampling.input
    declared = Declared(inputs, parameters, formula, mask, default, drawn)
    examples, edge_cases = (read_worked(report, section, declared) for section in ("examples", "edge_cases"))
    invalid = read_invalid(report, declared)
    if formula is None or reduction is None or not report.sound():
        return None
    data = report.document.data
    axes, most = read_axes(report)
    return LossSpec(
        path=path,
        loss=data["loss"],
        title=data["title"],
        summary=data["summary"],
        sources=tuple(Source(entry["title"], entry["url"]) for entry in data["sources"]),
        axes=axes,
        most=most,
        inputs=inputs,
        mask=mask,
        parameters=parameters,
        reduction=reduction,
        definitions=definitions,
        formula=formula,
        gradient=gradient,
        kinks=kinks,
        properties=properties,
        nan=data["nan"]["scores"],
        nan_location=report.location(("nan",)),
        examples=examples,
        edge_cases=edge_cases,
        invalid=invalid,
        conventions=conventions,
        differences=read_differences(report),
        sampling=sampling,
        cost=data.get("cost", {}),
    )
