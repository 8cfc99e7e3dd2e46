"""A case put into the subject's own terms: which array and which value goes to which of its arguments."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from rankproof.conformance.cases.case import Array, Case
from rankproof.conformance.specification.model import LossSpec, Role
from rankproof.conformance.subjects.binding import Binding, Slot, labels_of
from rankproof.conformance.subjects.subject import Call


class Kind(enum.StrEnum):
    """The element type of an argument; FLOAT is the case's dtype."""

    FLOAT = "float"
    INTEGER = "integer"
    BOOLEAN = "boolean"


@dataclass(frozen=True)
class Arrangement:
    """What a subject needs to be called at all, found by trying."""

    lifted: bool = False  # takes batches only: one list becomes a batch of one
    labels: Kind = Kind.FLOAT  # of relevance and signs
    booleans: Kind = Kind.BOOLEAN


@dataclass(frozen=True, eq=False)
class Argument:
    """One array, named as in the spec ("mask" included)."""

    name: str
    array: Array
    kind: Kind
    differentiated: bool = False


@dataclass(frozen=True, eq=False)
class Plan:
    """One call: constructor (None for functions), arguments by position, by keyword, and plain values."""

    positional: tuple[Argument, ...]
    keyword: Mapping[str, Argument]
    options: Mapping[str, Any]
    constructor: Mapping[str, Any] | None
    generator: bool
    dtype: str
    upstream: Array | None
    lifted: bool  # inputs got a leading axis of length 1, which the result and gradients have to lose
    unreduced: bool
    strided: bool
    seed: int
    expanded: bool = False

    @property
    def arguments(self) -> tuple[Argument, ...]:
        return (*self.positional, *self.keyword.values())

    @property
    def differentiated(self) -> tuple[str, ...]:
        return tuple(argument.name for argument in self.arguments if argument.differentiated)


def make_plan(spec: LossSpec, binding: Binding, case: Case, call: Call, arrangement: Arrangement) -> Plan:
    """Put a case into the terms of a subject whose signature was bound.

    Parameters that the subject takes are always passed, so that its own defaults do not matter.
    """
    lifted = arrangement.lifted and _is_single(spec, case)
    labelled = _labelled(spec, binding, case)
    positional: list[Argument] = []
    keyword: dict[str, Argument] = {}
    by_position = True
    for slot in binding.slots:
        argument = _argument(slot, spec, labelled, call, arrangement, lifted)
        by_position = by_position and slot.positional and argument is not None
        if argument is None:
            continue
        if by_position:
            positional.append(argument)
        else:
            keyword[slot.argument] = argument
    values = {**spec.defaults(), **case.parameters, "reduction": case.reduction}
    constructor = {name: values[name] for name in _ordered(spec, binding.constructed or frozenset())}
    upstream = case.upstream
    unreduced = case.reduction == "none"
    return Plan(
        positional=tuple(positional),
        keyword=keyword,
        options={**{name: values[name] for name in _ordered(spec, binding.called)}, **binding.call_settings},
        constructor=None if binding.constructed is None else {**constructor, **binding.constructor_settings},
        generator=binding.generator,
        dtype=case.dtype,
        upstream=upstream[None] if upstream is not None and lifted and unreduced else upstream,
        lifted=lifted,
        unreduced=unreduced,
        strided=call.strided,
        seed=call.seed,
        expanded=call.expanded,
    )


def _labelled(spec: LossSpec, binding: Binding, case: Case) -> Case:
    """The case with its mask told by labels, for a subject that takes none and knows padding by its label."""
    if case.mask is None or binding.padding_label is None:
        return case
    labels = {
        name: np.where(case.mask, case.inputs[name], binding.padding_label)
        for name in labels_of(spec)
        if name in case.inputs
    }
    return case.with_(inputs={**case.inputs, **labels}, mask=None)


def _ordered(spec: LossSpec, names: frozenset[str]) -> list[str]:
    return [name for name in (*spec.parameters, "reduction") if name in names]


def _is_single(spec: LossSpec, case: Case) -> bool:
    name, first = next(iter(spec.inputs.items()))
    return case.inputs[name].ndim == len(first.axes)


def _argument(
    slot: Slot, spec: LossSpec, case: Case, call: Call, arrangement: Arrangement, lifted: bool
) -> Argument | None:
    if slot.name == "mask":
        array = case.mask if case.mask is not None or not slot.required else _everything_real(spec, case)
        return None if array is None else Argument("mask", array[None] if lifted else array, Kind.BOOLEAN)
    declared = spec.inputs[slot.name]
    if slot.name in call.omit or (declared.optional and slot.name not in case.inputs):
        return None
    array = case.inputs[slot.name]
    return Argument(
        slot.name,
        array[None] if lifted else array,
        _kind(declared.role, array, call, arrangement),
        declared.differentiable and call.gradient and (call.requires_grad is None or slot.name in call.requires_grad),
    )


def _everything_real(spec: LossSpec, case: Case) -> Array:
    masked = next(name for name, declared in spec.inputs.items() if declared.axes[-1:] == (spec.mask,))
    return np.ones(case.inputs[masked].shape, dtype=bool)


def _kind(role: Role, array: Array, call: Call, arrangement: Arrangement) -> Kind:
    if role in (Role.INDEX, Role.PERMUTATION):
        return Kind.INTEGER
    if role is Role.BOOLEAN:
        return arrangement.booleans
    if role is Role.RELEVANCE and call.boolean_labels and bool(np.all((array == 0) | (array == 1))):
        return Kind.BOOLEAN
    wants_integers = call.integer_labels or arrangement.labels is Kind.INTEGER
    if role in (Role.SIGN, Role.RELEVANCE) and wants_integers and bool(np.all(array == np.floor(array))):
        return Kind.INTEGER
    return Kind.FLOAT
