"""The fixed cases with which a subject is probed: irregular numbers, so that conventions show in the value."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from rankproof.conformance.cases.case import Array, Case
from rankproof.conformance.specification.model import InputSpec, LossSpec, Role

LENGTH = 5
GRADES = ((0, 2, 1, 0, 3), (1, 0, 0, 4, 0), (2, 2, 0, 1, 1))
POSITIVES = ((0, 1, 0, 0, 1), (1, 0, 0, 1, 0), (0, 0, 1, 0, 0))
ORDERS = ((2, 4, 0, 3, 1), (3, 1, 4, 0, 2), (1, 0, 2, 4, 3))
SIGNS = ((1, -1, -1, 1, 1), (-1, 1, 1, -1, 1), (1, 1, -1, 1, -1))


def single(spec: LossSpec, parameters: Mapping[str, Any], reduction: str, row: int = 0, dtype: str = "float64") -> Case:
    """One list (or one vector of pairs) without batch axes."""
    inputs = {name: _values(declared, place, row) for place, (name, declared) in enumerate(spec.inputs.items())}
    return Case(inputs=inputs, parameters=dict(parameters), reduction=reduction, dtype=dtype, family="probe")


def batched(spec: LossSpec, parameters: Mapping[str, Any], reduction: str, dtype: str = "float64") -> Case:
    """Two lists in a batch."""
    return _stacked([single(spec, parameters, reduction, row, dtype) for row in (1, 2)])


def nothing_relevant(case: Case, spec: LossSpec) -> list[Case]:
    """The same case, its first list without a relevant item; none where the loss has no relevance."""
    graded = [name for name, declared in spec.inputs.items() if declared.role is Role.RELEVANCE]
    inputs = {name: array.copy() if name in graded else array for name, array in case.inputs.items()}
    for name in graded:
        inputs[name][(0,) * (inputs[name].ndim - 1)] = 0
    return [case.with_(inputs=inputs)] if graded else []


def with_order(case: Case, name: str, order: tuple[int, ...]) -> Case:
    """The same case with the given order of trials."""
    return case.with_(inputs={**case.inputs, name: np.array(order, dtype=np.int64)})


def one_positive(spec: LossSpec, parameters: Mapping[str, Any], reduction: str, row: int) -> Case:
    """Three items of which one is positive, so that every order can be enumerated."""
    case = single(spec, parameters, reduction, row)
    inputs = {name: array[:3] for name, array in case.inputs.items()}
    for name, declared in spec.inputs.items():
        if declared.role is Role.BOOLEAN:
            inputs[name] = np.array([False, True, False])
    return case.with_(inputs=inputs)


def _values(declared: InputSpec, place: int, row: int) -> Array:
    match declared.role:
        case Role.SCORE:
            waves = (1.5 * math.sin(1 + 2.7 * k + 1.9 * place + 4.3 * row) for k in range(LENGTH))
            return np.array([round(1024 * wave) / 1024 for wave in waves])  # representable in float32
        case Role.SIGN:
            return np.array(SIGNS[row], dtype=np.float64)
        case Role.RELEVANCE:
            return np.array(GRADES[row], dtype=np.float64)
        case Role.BOOLEAN:
            return np.array(POSITIVES[row], dtype=np.bool_)
        case Role.INDEX | Role.PERMUTATION:
            return np.array(ORDERS[row], dtype=np.int64)


def _stacked(cases: list[Case]) -> Case:
    inputs = {name: np.stack([case.inputs[name] for case in cases]) for name in cases[0].inputs}
    return cases[0].with_(inputs=inputs)
