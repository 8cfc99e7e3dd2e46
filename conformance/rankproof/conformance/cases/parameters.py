"""Parameters: strategies for the arguments that are numbers and conventions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from hypothesis import strategies as st

from rankproof.conformance.cases.dtypes import round_to
from rankproof.conformance.cases.scores import GRID
from rankproof.conformance.specification.model import LossSpec, ParameterSpec, ParameterType


def _range(spec: ParameterSpec) -> tuple[float, float]:
    return spec.drawn if spec.drawn is not None else (float(spec.default), float(spec.default))


def _reals(spec: ParameterSpec, dtype: str, certified: bool) -> st.SearchStrategy[float]:
    low, high = _range(spec)
    spacing = GRID if certified and spec.unit == "score" else 0.125
    first = int(np.ceil(low / spacing))
    if spec.above is not None and first * spacing <= spec.above:
        first += 1
    on_grid = st.integers(first, max(first, int(np.floor(high / spacing)))).map(lambda k: k * spacing)
    if certified:
        return on_grid
    decimals = st.integers(int(np.ceil(low * 100)), int(np.floor(high * 100))).map(
        lambda k: float(round_to(np.array(k / 100), dtype))
    )
    allowed = decimals.filter(lambda value: spec.above is None or value > spec.above)
    if spec.nullable:
        return st.one_of(on_grid, allowed)
    return st.one_of(st.just(float(round_to(np.array(spec.default), dtype))), on_grid, allowed)


def parameter(spec: ParameterSpec, dtype: str, *, certified: bool) -> st.SearchStrategy[Any]:
    """Values of one parameter, its default first, each representable in the dtype."""
    if spec.type is ParameterType.CHOICE:
        others = [choice for choice in spec.choices if choice != spec.default]
        return st.sampled_from([spec.default, *others])
    if spec.type is ParameterType.BOOLEAN:
        return st.sampled_from([spec.default, not spec.default])
    if spec.nullable and spec.drawn is None:
        return st.none()
    if spec.type is ParameterType.INTEGER:
        low, high = _range(spec)
        return st.one_of(st.just(spec.default), st.integers(int(low), int(high)))
    return st.one_of(st.none(), _reals(spec, dtype, certified)) if spec.nullable else _reals(spec, dtype, certified)


def parameters(
    spec: LossSpec, dtype: str, *, certified: bool, fixed: Mapping[str, Any]
) -> st.SearchStrategy[dict[str, Any]]:
    """Values of all parameters; those that the subject does not take stay at the value they have in it."""
    # The type is part of the key, since 1, 1.0 and True are equal.
    known = tuple((name, type(value), value) for name, value in fixed.items())
    return _parameters(tuple(spec.parameters.values()), dtype, certified, known)


@lru_cache(maxsize=1024)  # Hypothesis takes longer to make a strategy than to draw from it
def _parameters(
    declared: tuple[ParameterSpec, ...], dtype: str, certified: bool, fixed: tuple[tuple[str, type, Any], ...]
) -> st.SearchStrategy[dict[str, Any]]:
    known = {name: value for name, _, value in fixed}
    return st.fixed_dictionaries(
        {
            each.name: st.just(known[each.name]) if each.name in known else parameter(each, dtype, certified=certified)
            for each in declared
        }
    )
