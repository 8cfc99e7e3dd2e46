"""Cases of a given size out of one seed: too long to be drawn element by element, and without ties."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from rankproof.conformance.cases.case import Array, Case
from rankproof.conformance.cases.dtypes import round_to
from rankproof.conformance.specification.model import InputSpec, LossSpec, Role

POSITIVE = 0.2  # the share of positive items
GRADES = 5
UPSTREAM = (2.0, -0.5, 0.25, 3.0)
PADDING = {Role.SCORE: 7.0, Role.RELEVANCE: 3.0, Role.BOOLEAN: True, Role.SIGN: 1.0}


def sized(
    spec: LossSpec,
    inputs: tuple[str, ...],
    shape: tuple[int, ...],
    parameters: Mapping[str, Any],
    *,
    reduction: str,
    dtype: str,
    family: str,
    seed: int = 0,
) -> Case:
    """A case whose every axis has the last length of ``shape``, behind the batch axes before it.

    An input that is not among ``inputs`` has the constant that the spec declares for its absence.
    """
    generator = np.random.default_rng(seed)
    arrays = {}
    for name, each in spec.inputs.items():
        if name in inputs:
            arrays[name] = _values(each, generator, shape, dtype)
        elif each.omitted is not None:
            arrays[name] = np.full(shape, each.omitted)
    return Case(arrays, dict(parameters), reduction, dtype, family=family)


def _values(each: InputSpec, generator: np.random.Generator, shape: tuple[int, ...], dtype: str) -> Array:
    if each.role is Role.SCORE:
        return round_to(generator.standard_normal(shape), dtype)
    if each.role is Role.SIGN:
        return generator.choice([-1.0, 1.0], shape)
    if each.role is Role.RELEVANCE:
        return generator.integers(0, GRADES, shape).astype(np.float64)
    if each.role is Role.BOOLEAN:
        return generator.random(shape) < POSITIVE
    orders: Array = np.argsort(generator.random(shape), axis=-1)
    return orders


def weighed(case: Case, shape: tuple[int, ...], seed: int = 0) -> Case:
    """The case with an upstream gradient of numbers that are exact in every dtype, in the shape of its result."""
    return case.with_(upstream=np.random.default_rng(seed).choice(UPSTREAM, shape))


def mostly_padding(spec: LossSpec, case: Case, length: int, seed: int = 0) -> Case:
    """One list as the real items of a list of ``length``, scattered, the last position among them.

    Where it has a value, and so an upstream gradient, for each position, so has the padding.
    """
    generator = np.random.default_rng(seed)
    items = next(array.shape[-1] for name, array in case.inputs.items() if spec.mask in spec.inputs[name].axes)
    real = np.sort(np.append(generator.choice(length - 1, items - 1, replace=False), length - 1))
    mask = np.zeros(length, dtype=np.bool_)
    mask[real] = True
    inputs = {}
    for name, array in case.inputs.items():
        if spec.inputs[name].role is Role.INDEX:
            inputs[name] = real[array]
        elif spec.inputs[name].role is Role.PERMUTATION:
            inputs[name] = generator.permutation(length)
            inputs[name][mask[inputs[name]]] = real[array]
        else:
            inputs[name] = np.full(length, PADDING.get(spec.inputs[name].role, 0), dtype=array.dtype)
            inputs[name][real] = array
    upstream = case.upstream
    if upstream is not None and upstream.ndim:
        upstream = np.full(length, UPSTREAM[0])
        upstream[real] = case.upstream
    return case.with_(inputs=inputs, mask=mask, upstream=upstream)
