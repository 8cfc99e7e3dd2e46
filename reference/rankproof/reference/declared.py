"""A reference, made of the part that is its own; arguments, batches, padding and reduction follow from the spec."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np

from rankproof.reference.arguments import (
    Booleans,
    Floats,
    check_parameter,
    read_input,
    read_mask,
    refuse_contents,
)
from rankproof.reference.batching import (
    ListLoss,
    PositionLosses,
    Units,
    pull_back,
    reduce_values,
    units_of_lists,
    units_of_positions,
)
from rankproof.spec.arguments import Arguments, Input, arguments_of


class Reference(Protocol):
    """A loss, with its gradient: the same arguments and ``upstream``, which is ones by default."""

    gradient: Callable[..., dict[str, Floats]]

    def __call__(self, *inputs: Any, **options: Any) -> Floats | float: ...


def of_lists(compute: Callable[..., ListLoss]) -> Reference:
    """The reference of a loss of whose single lists ``compute`` knows value and gradients.

    ``compute`` takes the inputs of one list, without padding, by position, and the parameters by keyword. Positions
    that an input holds are positions among the real items; those of padding are -1. What it is given is checked.
    """
    declared = arguments_of(compute.__name__)

    def units(arrays: Mapping[str, Any], mask: Booleans, parameters: Mapping[str, Any]) -> Units:
        def loss_of(place: tuple[int, ...], real: Booleans) -> ListLoss:
            position = np.append(np.where(real, np.cumsum(real) - 1, -1), -1)
            given = (_of_one_list(each, arrays[each.name], place, real, position) for each in declared.inputs)
            return compute(*given, **parameters)

        scores = {name: arrays[name] for name in declared.scores}
        return units_of_lists(scores, mask, loss_of, by_position=declared.by_position)

    return _reference(compute, declared, units)


def _of_one_list(each: Input, array: Any, place: tuple[int, ...], real: Booleans, position: Any) -> Any:
    if array is None:
        return None
    return position[array[place]] if each.role in ("index", "permutation") else array[place][real]


def of_positions(compute: Callable[..., PositionLosses]) -> Reference:
    """The reference of a loss of which each position has a value that depends on this position alone.

    ``compute`` takes the inputs, of any shape, by position and the parameters by keyword. What it is given is checked.
    """
    declared = arguments_of(compute.__name__)

    def units(arrays: Mapping[str, Any], mask: Booleans, parameters: Mapping[str, Any]) -> Units:
        return units_of_positions(compute(*arrays.values(), **parameters))

    return _reference(compute, declared, units)


def _reference(compute: Callable[..., Any], declared: Arguments, units_of: Callable[..., Units]) -> Reference:
    taken = _signature(declared)

    def units(*inputs: Any, **options: Any) -> tuple[Units, str]:
        bound = taken.bind(*inputs, **options)
        bound.apply_defaults()
        given = bound.arguments
        for parameter in declared.parameters:
            check_parameter(parameter, given[parameter.name])
        arrays: dict[str, Any] = {}
        for each in declared.inputs:
            arrays[each.name] = read_input(each, given[each.name], declared.scores[0], arrays.get(declared.scores[0]))
        if declared.drawn is not None and arrays[declared.drawn] is None:
            raise ValueError(f"{declared.drawn}: got None, expected one; the reference is deterministic and draws none")
        mask = read_mask(given.get("mask"), declared.scores[0], arrays[declared.scores[0]])
        for each in declared.inputs:
            refuse_contents(each, arrays[each.name], mask)
        parameters = {each.name: given[each.name] for each in declared.parameters}
        return units_of(arrays, mask, parameters), given["reduction"]

    @functools.wraps(compute)
    def value(*inputs: Any, **options: Any) -> Floats | float:
        found, reduction = units(*inputs, **options)
        return reduce_values(found.values, found.denominators, reduction)

    def gradient(*inputs: Any, upstream: Any = None, **options: Any) -> dict[str, Floats]:
        found, reduction = units(*inputs, **options)
        return found.pull(pull_back(found.values, found.denominators, reduction, upstream))

    gradient.__name__ = gradient.__qualname__ = f"{compute.__name__}_gradient"
    gradient.__doc__ = f"Gradient of :func:`{compute.__name__}`, by each score input, times ``upstream``."
    gradient.__module__ = compute.__module__
    upstream = inspect.Parameter("upstream", inspect.Parameter.KEYWORD_ONLY, default=None)
    value.__signature__ = taken  # type: ignore[attr-defined]
    gradient.__signature__ = taken.replace(parameters=[*taken.parameters.values(), upstream])  # type: ignore[attr-defined]
    value.gradient = gradient  # type: ignore[attr-defined]
    return value  # type: ignore[return-value]


def _signature(declared: Arguments) -> inspect.Signature:
    by_position, by_keyword = inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY
    nothing = inspect.Parameter.empty
    inputs = [
        inspect.Parameter(each.name, by_position, default=None if each.optional else nothing)
        for each in declared.inputs
    ]
    defaults = {each.name: each.default for each in declared.parameters}
    defaults |= {} if declared.masked is None else {"mask": None}
    defaults |= {"reduction": declared.reduction}
    options = [inspect.Parameter(name, by_keyword, default=default) for name, default in defaults.items()]
    return inspect.Signature([*inputs, *options])
