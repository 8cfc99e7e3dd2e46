"""One list of a case: its inputs without padding, as the values that the formula's names have."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from rankproof.conformance.cases.case import Array, Case
from rankproof.conformance.oracle.arithmetic import Arithmetic
from rankproof.conformance.oracle.numbers import NotANumber
from rankproof.conformance.specification.model import InputSpec, LossSpec, ParameterType, Role

_LARGEST_WHOLE = 2**53


@dataclass(frozen=True, eq=False)
class ScoredList:
    """One list, unbatched and unpadded.

    ``places`` gives for each score input the positions that its entries have in the padded list;
    components of the gradient are numbered through the score inputs in the spec's order.
    """

    inputs: Mapping[str, Array]
    sizes: Mapping[str, int]  # of each axis
    places: Mapping[str, Array]  # flat positions, one for each component
    has_nan: bool

    def key(self) -> Hashable:
        """What tells this list's numbers from another's."""
        return tuple((name, array.shape, array.dtype.str, array.tobytes()) for name, array in self.inputs.items())


def batch_shape(spec: LossSpec, case: Case) -> tuple[int, ...]:
    """The leading axes that all inputs share.

    Raises
    ------
    ValueError
        Where an input lacks axes, or inputs disagree.
    """
    found: dict[str, tuple[int, ...]] = {}
    for name, array in case.inputs.items():
        axes = len(spec.inputs[name].axes)
        if array.ndim < axes:
            raise ValueError(f"{name} has shape {array.shape}, expected [..., {', '.join(spec.inputs[name].axes)}]")
        found[name] = array.shape[: array.ndim - axes]
    if case.mask is not None:
        found["mask"] = case.mask.shape[:-1]
    shapes = set(found.values())
    if len(shapes) > 1:
        told = ", ".join(f"{name} {list(shape)}" for name, shape in found.items())
        raise ValueError(f"inputs have different batch axes: {told}; give all of them the same")
    return shapes.pop() if shapes else ()


def split(spec: LossSpec, case: Case) -> Iterator[tuple[tuple[int, ...], ScoredList]]:
    """The lists of a case with their batch indices."""
    unknown = [name for name in case.inputs if name not in spec.inputs]
    if unknown:
        raise ValueError(f"{unknown[0]} is no input of {spec.loss}, expected {', '.join(spec.inputs)}")
    for index in np.ndindex(*batch_shape(spec, case)):
        mask = None if case.mask is None else np.asarray(case.mask[index], dtype=np.bool_)
        yield index, _without_padding(spec, {name: array[index] for name, array in case.inputs.items()}, mask)


def _without_padding(spec: LossSpec, inputs: Mapping[str, Array], mask: Array | None) -> ScoredList:
    found: dict[str, Array] = {}
    places: dict[str, Array] = {}
    sizes: dict[str, int] = {}
    for name, array in inputs.items():
        each = spec.inputs[name]
        positions = np.arange(array.size).reshape(array.shape)
        if mask is not None and each.holds_positions:
            array = _without_passed_over(array, mask)
        elif mask is not None and spec.mask in each.axes:
            axis = each.axes.index(spec.mask)
            if array.shape[axis] != mask.size:
                raise ValueError(f"mask has length {mask.size}, expected {array.shape[axis]}, as {name} has")
            array = np.compress(mask, array, axis=axis)
            positions = np.compress(mask, positions, axis=axis)
        found[name] = array
        if each.differentiable:
            places[name] = positions.ravel()
        for axis_name, size in zip(each.axes, array.shape, strict=True):
            if sizes.setdefault(axis_name, size) != size:
                raise ValueError(f"{name} has {size} along {axis_name}, another input {sizes[axis_name]}")
    for name, array in found.items():
        if spec.inputs[name].holds_positions:
            found[name] = _remapped(spec.inputs[name], array, sizes, mask)
    has_nan = any(bool(np.isnan(found[name]).any()) for name in places)
    return ScoredList(found, sizes, places, has_nan)


def _without_passed_over(indices: Array, mask: Array) -> Array:
    """Indices of real items; those outside the list are left for ``_remapped`` to refuse."""
    outside = (indices < 0) | (indices >= mask.size)
    return np.asarray(indices[outside | np.append(mask, True)[np.where(outside, mask.size, indices)]])


def _remapped(each: InputSpec, array: Array, sizes: Mapping[str, int], mask: Array | None) -> Array:
    """Positions in the padded list as positions among the real items."""
    length = sizes[str(each.of)] if mask is None else mask.size
    if array.size and (array.min() < 0 or array.max() >= length):
        raise ValueError(f"{each.name} holds an index outside 0 to {length - 1}; the oracle has no value for that")
    if mask is None:
        return array
    return np.asarray(np.cumsum(mask) - 1)[array]


def values_of(spec: LossSpec, ar: Arithmetic, given: ScoredList, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """What the names of the spec stand for; an input that is not given stands for None."""
    values: dict[str, Any] = {}
    component = 0
    for name, each in spec.inputs.items():
        array = given.inputs.get(name)
        if array is None:
            values[name] = None
            continue
        values[name] = _nested(ar, each, array, component)
        component += array.size if each.differentiable else 0
    for name, parameter in spec.parameters.items():
        values[name] = _parameter(ar, parameter.type, parameters.get(name, parameter.default))
    for axis in spec.axes:
        values[axis] = range(given.sizes[axis]) if axis in given.sizes else None
    return values


def _parameter(ar: Arithmetic, kind: ParameterType, value: Any) -> Any:
    if value is None or kind is ParameterType.CHOICE:
        return value
    if kind is ParameterType.BOOLEAN:
        return bool(value)
    return int(value) if kind is ParameterType.INTEGER else ar.leaf(float(value), None)


def _nested(ar: Arithmetic, each: InputSpec, array: Array, component: int) -> Any:
    """The array as nested tuples of numbers; ``component`` counts through the score inputs."""
    if array.ndim == 0:
        return _entry(ar, each, array.item(), component)
    step = array[0].size if len(array) else 0
    return tuple(_nested(ar, each, part, component + i * step) for i, part in enumerate(array))


def _entry(ar: Arithmetic, each: InputSpec, value: Any, component: int) -> Any:
    if each.role is Role.BOOLEAN:
        return bool(value)
    if each.holds_positions:
        return int(value)
    if value != value:
        return NotANumber()
    if abs(value) == float("inf"):
        raise ValueError(f"{each.name} holds an infinity, for which the oracle has no value; draw finite numbers")
    if each.differentiable:
        return ar.leaf(value, component)
    # Labels are exact; whole ones are integers, whose arithmetic is exact too.
    if float(value).is_integer() and abs(value) < _LARGEST_WHOLE:
        return int(value)
    return ar.label(value)
