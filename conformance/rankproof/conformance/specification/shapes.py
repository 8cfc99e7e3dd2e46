"""Whether the arrays of a worked case fit each other: axes, batch axes, mask, value and gradient."""

from __future__ import annotations

from collections.abc import Mapping

from rankproof.conformance.specification.arrays import Shape, shape_of
from rankproof.conformance.specification.model import Formula, InputSpec, Worked
from rankproof.conformance.specification.positions import KeyPath
from rankproof.conformance.specification.report import Report


def check_shapes(
    report: Report,
    path: KeyPath,
    worked: Worked,
    inputs: Mapping[str, InputSpec],
    formula: Formula | None,
    mask: str | None,
    reduction: str | None,
) -> None:
    """Adds a problem for every array of the case that does not fit those before it."""
    sizes: dict[str, tuple[int, str]] = {}  # axis -> length, and the input that said so
    batch: tuple[Shape, str] | None = None
    for name, spec in inputs.items():
        if name not in worked.inputs:
            continue
        batch = _check_input(report, (*path, "inputs", name), shape_of(worked.inputs[name]), spec, sizes, batch)
    if batch is None:
        return
    leading = batch[0]
    lengths = {axis: length for axis, (length, _) in sizes.items()}
    if worked.mask is not None and mask in lengths:
        _check_equal(report, (*path, "mask"), shape_of(worked.mask), (*leading, lengths[mask]))
    if worked.value is not None:
        _check_equal(report, (*path, "value"), shape_of(worked.value), ())
    if worked.unreduced is not None and formula is not None:
        _check_unreduced(report, (*path, "unreduced"), shape_of(worked.unreduced), leading, lengths, formula)
    if worked.upstream is not None and reduction != "none":
        _check_equal(report, (*path, "upstream"), shape_of(worked.upstream), ())
    elif worked.upstream is not None and formula is not None:
        _check_unreduced(report, (*path, "upstream"), shape_of(worked.upstream), leading, lengths, formula)
    for name, array in (worked.gradient or {}).items():
        if name in worked.inputs:
            _check_equal(report, (*path, "gradient", name), shape_of(array), shape_of(worked.inputs[name]))


def _check_input(
    report: Report,
    path: KeyPath,
    shape: Shape,
    spec: InputSpec,
    sizes: dict[str, tuple[int, str]],
    batch: tuple[Shape, str] | None,
) -> tuple[Shape, str] | None:
    if len(shape) < len(spec.axes):
        described = ", ".join(spec.axes)
        report.add(path, f"a single number, expected a list along [{described}]")
        return batch
    leading, own = shape[: len(shape) - len(spec.axes)], shape[len(shape) - len(spec.axes) :]
    for axis, length in zip(spec.axes, own, strict=True):
        expected, first = sizes.setdefault(axis, (length, spec.name))
        if length != expected:
            report.add(path, f"has {length} along {axis}, but {first} has {expected}; expected equal lengths")
    if batch is not None and batch[0] != leading:
        expected_batch, first = batch
        report.add(
            path, f"has the batch axes {list(leading)}, but {first} has {list(expected_batch)}; expected equal ones"
        )
    return batch or (leading, spec.name)


def _check_unreduced(
    report: Report, path: KeyPath, shape: Shape, batch: Shape, lengths: Mapping[str, int], formula: Formula
) -> None:
    if formula.loop is None:
        _check_equal(report, path, shape, batch)
    elif formula.loop.axis in lengths:
        _check_equal(report, path, shape, (*batch, lengths[formula.loop.axis]))


def _check_equal(report: Report, path: KeyPath, shape: Shape, expected: Shape) -> None:
    if shape != expected:
        report.add(path, f"has the shape {_list(shape)}, expected {_list(expected)}")


def _list(shape: Shape) -> str:
    return str(list(shape)) if shape else "[] (a single number)"
