"""Whether the numbers of a worked case are ones that their inputs take."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from rankproof.conformance.specification.arrays import shape_of
from rankproof.conformance.specification.model import InputSpec, Role, Worked
from rankproof.conformance.specification.positions import KeyPath
from rankproof.conformance.specification.report import Report
from rankproof.conformance.specification.suggest import shown

_EXPECTED = {
    Role.SCORE: "a number",
    Role.SIGN: "-1 or 1",
    Role.RELEVANCE: "a number of at least 0",
    Role.BOOLEAN: "true or false",
}


def check_values(
    report: Report, path: KeyPath, worked: Worked, inputs: Mapping[str, InputSpec], mask: str | None
) -> None:
    """Adds a problem for every number that its role does not allow; padding may hold anything."""
    lengths = _lengths(worked, inputs)
    real = _real_positions(worked)
    for name, array in worked.inputs.items():
        spec = inputs.get(name)
        if spec is None:
            continue
        padded = spec.axes[-1:] == (mask,) and not spec.holds_positions
        for position, value in _leaves(array):
            if padded and not real.get(position, True):
                continue
            problem = _problem(spec, value, lengths)
            if problem:
                report.add((*path, "inputs", name, *position), problem)
        for position, value in _repeated(spec, array):
            told = f"got {shown(value)} again, expected every position of {spec.of} once"
            report.add((*path, "inputs", name, *position), told)
    for position, value in _leaves(worked.mask):
        if not isinstance(value, bool):
            report.add((*path, "mask", *position), f"got {shown(value)}, expected true or false")
    _check_expected(report, path, worked)


def _check_expected(report: Report, path: KeyPath, worked: Worked) -> None:
    stated: dict[tuple[str, ...], Any] = {(key,): getattr(worked, key) for key in ("value", "unreduced", "upstream")}
    stated |= {("gradient", name): array for name, array in (worked.gradient or {}).items()}
    for key, array in stated.items():
        for position, value in _leaves(array):
            if isinstance(value, bool):
                report.add((*path, *key, *position), f"got {shown(value)}, expected a number")


def _problem(spec: InputSpec, value: Any, lengths: Mapping[str, int]) -> str | None:
    if spec.holds_positions:
        return _index_problem(value, spec.of, lengths)
    if _allowed(spec.role, value):
        return None
    return f"got {shown(value)}, expected {_EXPECTED[spec.role]}"


def _index_problem(value: Any, axis: str | None, lengths: Mapping[str, int]) -> str | None:
    if isinstance(value, bool) or not math.isfinite(value) or value != int(value) or value < 0:
        return f"got {shown(value)}, expected an index of at least 0"
    length = lengths.get(axis or "")
    if length is not None and value >= length:
        return f"got {shown(value)}, expected an index below {length}, the length of {axis}"
    return None


def _repeated(spec: InputSpec, array: Any) -> Iterator[tuple[tuple[int, ...], Any]]:
    """The positions that a permutation names a second time in the same list."""
    if spec.role is not Role.PERMUTATION:
        return
    seen: set[tuple[tuple[int, ...], Any]] = set()
    for position, value in _leaves(array):
        if (position[:-1], value) in seen:
            yield position, value
        seen.add((position[:-1], value))


def _allowed(role: Role, value: Any) -> bool:
    if role is Role.BOOLEAN or isinstance(value, bool):
        return role is Role.BOOLEAN and isinstance(value, bool)
    match role:
        case Role.SIGN:
            return value in (-1.0, 1.0)
        case Role.RELEVANCE:
            return bool(0 <= value < math.inf)
        case _:
            return True


def _lengths(worked: Worked, inputs: Mapping[str, InputSpec]) -> dict[str, int]:
    lengths: dict[str, int] = {}
    for name, spec in inputs.items():
        shape = shape_of(worked.inputs[name]) if name in worked.inputs else ()
        own = shape[len(shape) - len(spec.axes) :] if len(shape) >= len(spec.axes) else ()
        lengths |= dict(zip(spec.axes, own, strict=False))
    return lengths


def _real_positions(worked: Worked) -> dict[tuple[int, ...], bool]:
    return {position: value is not False for position, value in _leaves(worked.mask)}


def _leaves(array: Any, position: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Any]]:
    if array is None or isinstance(array, np.ndarray):
        return
    if not isinstance(array, list):
        yield position, array
        return
    for index, each in enumerate(array):
        yield from _leaves(each, (*position, index))
