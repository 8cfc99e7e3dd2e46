"""The strategy for whole cases: sizes, batch, mask, inputs, parameters, reduction and upstream gradient together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from hypothesis import strategies as st

from rankproof.conformance.cases.case import Array, Case
from rankproof.conformance.cases.certificate import is_certified
from rankproof.conformance.cases.dtypes import FORMATS, round_to
from rankproof.conformance.cases.labels import labels, tries
from rankproof.conformance.cases.parameters import parameters
from rankproof.conformance.cases.scores import CERTIFIED, LONG, scores
from rankproof.conformance.specification.model import InputSpec, LossSpec, Role

BATCHES: tuple[tuple[int, ...], ...] = ((), (2,), (1,), (3,), (2, 2))
LONG_SIZES = (33, 65)


_one_of = lru_cache(maxsize=256)(st.sampled_from)  # Hypothesis takes longer to make a strategy than to draw from it


@dataclass(frozen=True)
class Plan:
    """What a clause wants its cases to be; the defaults are plain lists in the loss's default reduction."""

    families: tuple[str, ...] = ("moderate",)
    batches: tuple[tuple[int, ...], ...] = ((),)
    smallest: int = 1
    largest: int = 8
    masked: bool = False
    padding: float | None = 7.0  # what padded scores hold: NaN for the clause on it, None for drawn garbage
    reductions: tuple[str, ...] = ()  # empty: the subject's default
    upstream: bool = False  # of a coupled loss that is not reduced there is one always: its sum may be a constant
    complete: bool = False  # every input that the subject takes is given, optional ones too
    fixed: Mapping[str, Any] = field(default_factory=dict)  # parameters that must have this value


@lru_cache(maxsize=64)
def _few(batches: tuple[tuple[int, ...], ...]) -> tuple[tuple[int, ...], ...]:
    """Those of at most two lists: more long ones take the formula long, and show nothing that two do not."""
    return tuple(batch for batch in batches if np.prod(batch) <= 2) or batches


def _sizes(draw: st.DrawFn, spec: LossSpec, plan: Plan, family: str, dtype: str) -> dict[str, int]:
    longest = min((spec.most.get(axis, LONG_SIZES[-1]) for axis in spec.axes), default=LONG_SIZES[-1])
    largest = min(plan.largest, FORMATS[dtype].longest, longest)
    long = family == LONG and longest == LONG_SIZES[-1]
    size = draw(st.sampled_from(LONG_SIZES) if long else st.integers(plan.smallest, largest))
    longest_walk = size + 2 if size else 0
    return {axis: draw(st.integers(0, longest_walk)) if axis in _index_axes(spec) else size for axis in spec.axes}


def _index_axes(spec: LossSpec) -> frozenset[str]:
    return frozenset(axis for each in spec.inputs.values() if each.role is Role.INDEX for axis in each.axes)


def _mask(draw: st.DrawFn, shape: tuple[int, ...], at_least: int) -> Array:
    """Lists of drawn lengths, their padding at the end or anywhere."""
    width = shape[-1]
    rows = int(np.prod(shape[:-1], dtype=np.int64))
    lengths = draw(st.lists(st.integers(min(at_least, width), width), min_size=rows, max_size=rows))
    rows_of_mask = [np.arange(width) < length for length in lengths]
    if draw(st.booleans()):
        order = draw(st.permutations(range(width)))
        rows_of_mask = [row[list(order)] for row in rows_of_mask]
    return np.array(rows_of_mask, dtype=np.bool_).reshape(shape)


def _index_input(draw: st.DrawFn, trials: int, batch: tuple[int, ...], real: Array) -> Array:
    width = real.shape[-1]
    rows = real.reshape(int(np.prod(batch, dtype=np.int64)), width)
    drawn = [draw(tries(row, trials)) for row in rows]
    return np.array(drawn, dtype=np.int64).reshape(*batch, trials)


def _permutations(draw: st.DrawFn, shape: tuple[int, ...]) -> Array:
    """Every position of each list once, padding among them."""
    rows = [draw(st.permutations(range(shape[-1]))) for _ in range(int(np.prod(shape[:-1], dtype=np.int64)))]
    return np.array(rows, dtype=np.int64).reshape(shape)


def _fill_padding(draw: st.DrawFn, each: InputSpec, values: Array, mask: Array, plan: Plan, dtype: str) -> Array:
    """Padding holds what a careless collate function leaves there."""
    values = values.copy()
    if each.role is Role.SCORE:
        content = plan.padding if plan.padding is not None else draw(_one_of((7.0, -60.0, 1e4, 0.0)))
        values[~mask] = round_to(np.array(content), dtype)
    elif each.role is Role.RELEVANCE:
        values[~mask] = draw(_one_of((0.0, 3.0, 1.0)))
    elif each.role is Role.BOOLEAN:
        values[~mask] = draw(st.booleans())
    return values


def _output_shape(spec: LossSpec, batch: tuple[int, ...], sizes: Mapping[str, int], reduction: str) -> tuple[int, ...]:
    if reduction != "none":
        return ()
    return (*batch, sizes[spec.formula.loop.axis]) if spec.formula.loop else batch


def _upstream(draw: st.DrawFn, shape: tuple[int, ...]) -> Array:
    """Cotangents exact in every dtype, none of them 1."""
    count = int(np.prod(shape, dtype=np.int64))
    drawn = draw(st.lists(_one_of((2.0, -0.5, 0.25, 3.0, 0.0)), min_size=count, max_size=count))
    return np.array(drawn, dtype=np.float64).reshape(shape)


@st.composite
def cases(
    draw: st.DrawFn,
    spec: LossSpec,
    dtype: str,
    plan: Plan,
    *,
    inputs: tuple[str, ...],
    fixed: Mapping[str, Any],
    default_reduction: str,
) -> Case:
    """Cases of a plan for a subject that takes ``inputs`` and has the parameters ``fixed`` built in."""
    family = draw(_one_of(plan.families))
    on_grid = family in CERTIFIED
    batch = draw(_one_of(_few(plan.batches) if family == LONG else plan.batches))
    sizes = _sizes(draw, spec, plan, family, dtype)
    mask_shape = (*batch, sizes[spec.mask]) if spec.mask else ()
    masked = plan.masked and spec.mask is not None
    has_index = any(sizes[axis] for axis in _index_axes(spec))
    mask = _mask(draw, mask_shape, 1 if has_index else 0) if masked else None
    drawn: dict[str, Array] = {}
    for name, each in spec.inputs.items():
        shape = (*batch, *(sizes[axis] for axis in each.axes))
        if name not in inputs:
            if each.omitted is not None:
                drawn[name] = np.full(shape, each.omitted)
            continue
        if spec.may_be_left_out(name) and not plan.complete and draw(st.booleans()):
            continue
        if each.role is Role.PERMUTATION:
            drawn[name] = _permutations(draw, shape)
            continue
        if each.role is Role.INDEX:
            real = mask if mask is not None else np.ones((*batch, sizes[str(each.of)]), dtype=np.bool_)
            drawn[name] = _index_input(draw, sizes[each.axes[0]], batch, real)
            continue
        strategy = (
            scores(family, shape, dtype) if each.role is Role.SCORE else labels(each.role, shape, long=family == LONG)
        )
        values = draw(strategy)
        if mask is not None and spec.mask in each.axes:
            values = _fill_padding(draw, each, values, mask, plan, dtype)
        drawn[name] = values
    reduction = draw(_one_of(plan.reductions)) if plan.reductions else default_reduction
    values_of = draw(parameters(spec, dtype, certified=on_grid, fixed={**plan.fixed, **fixed}))
    weighed = plan.upstream or (spec.coupled and reduction == "none")
    upstream = _upstream(draw, _output_shape(spec, batch, sizes, reduction)) if weighed else None
    certified = on_grid and is_certified(spec, drawn, values_of, dtype)
    return Case(drawn, values_of, reduction, dtype, mask, upstream, certified, family)
