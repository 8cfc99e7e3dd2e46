"""From the lists of a case to its reduced value and gradient: the batch, the reduction, the upstream gradient."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rankproof.conformance.cases.case import Array, Case
from rankproof.conformance.oracle.budget import GradientBudget, gradient_budget, sum_error
from rankproof.conformance.oracle.dtypes import format_of
from rankproof.conformance.oracle.errors import Undecided, VacuousBound
from rankproof.conformance.oracle.gradient_set import GradientSet, TooManyKinks, dense, gradient_set
from rankproof.conformance.oracle.lists import ScoredList
from rankproof.conformance.oracle.listwise import ListAnswer
from rankproof.conformance.oracle.membership import nearest
from rankproof.conformance.oracle.numbers import Number, combined
from rankproof.conformance.specification.model import LossSpec

REDUCTIONS = ("none", "sum", "mean")


@dataclass(frozen=True, eq=False)
class PlacedList:
    """One list of a case: where it is, what its units are, and by how much each counts in the gradient.

    ``factors`` is the derivative of the output, times the upstream gradient, by each unit; NaN where
    it is unknown.
    """

    spec: LossSpec
    index: tuple[int, ...]
    given: ScoredList
    answer: ListAnswer
    factors: Array
    dtype: str

    @property
    def parts(self) -> dict[str, slice]:
        """Each score input's components."""
        found, start = {}, 0
        for name in self.spec.score_inputs:
            if name in self.given.places:
                stop = start + self.given.places[name].size
                found[name], start = slice(start, stop), stop
        return found

    @property
    def components(self) -> int:
        return sum(places.size for places in self.given.places.values())

    @property
    def _counted(self) -> list[tuple[float, Number]]:
        pairs = zip(self.factors.tolist(), self.answer.units, strict=True)
        return [(factor, unit) for factor, unit in pairs if unit is not None and not math.isnan(factor)]

    @cached_property
    def unknown(self) -> Array:
        """Components whose gradient is not known, because a unit that reads them is NaN."""
        if all(unit is not None for unit in self.answer.units) and not np.isnan(self.factors).any():
            return np.zeros(self.components, dtype=np.bool_)
        if not self.spec.separable or np.isnan(self.factors).any():
            return np.ones(self.components, dtype=np.bool_)
        read = np.zeros(self.components, dtype=np.bool_)
        for unit in self.answer.units:
            read[list(unit.q) if unit is not None else []] = True
        return ~read

    @cached_property
    def members(self) -> GradientSet:
        """The gradient set of the list; raises TooManyKinks."""
        partials, generators = combined(self._counted)
        return gradient_set(partials, generators, self.components)

    @cached_property
    def unjudged(self) -> str:
        """Why the gradient cannot be judged, empty where it can."""
        if self.answer.vacuous:
            return self.answer.vacuous
        if self.answer.singular:
            return "a root or a norm at 0, where the gradient set is no polytope"
        try:
            _ = self.members
        except TooManyKinks as problem:
            return str(problem)
        return ""

    @property
    def at_kink(self) -> bool:
        """Whether the gradient is a set of more than one member."""
        return self.answer.singular or bool(self.unjudged and not self.answer.vacuous) or not self.members.single

    @cached_property
    def budget(self) -> GradientBudget:
        """The gradient's budget."""
        form, coupled = format_of(self.dtype), self.spec.coupled
        return gradient_budget(self._counted, self.parts, self.components, form, coupled=coupled)

    @cached_property
    def stated(self) -> Array:
        """The gradient that the spec states; raises Undecided, and VacuousBound."""
        total = np.zeros(self.components)
        pairs = zip(self.factors.tolist(), self.answer.units, self.answer.stated, strict=True)
        for factor, unit, partials in pairs:
            if unit is not None:
                total += factor * dense(partials, self.components)
        return total

    @cached_property
    def declared(self) -> Array:
        """The only member, or the one nearest to the stated gradient; NaN where it is not known."""
        if self.unjudged and not self.answer.vacuous:
            members = np.full(self.components, np.nan)
        elif self.members.single:
            members = self.members.base
        else:
            try:
                members = nearest(self.members, self.stated, self.budget.pooled)
            except (Undecided, VacuousBound):
                members = self.members.middle()
        return np.where(self.unknown, np.nan, members)


@dataclass(frozen=True, eq=False)
class Composed:
    """The value of a case with its error bounds, and its lists."""

    values: Array
    errors: Array
    ambiguous: str  # why the value is not judged, empty where it is
    vacuous: Array  # per value, whether its bound says nothing
    lists: tuple[PlacedList, ...]


def composed(
    spec: LossSpec, case: Case, batch: tuple[int, ...], answers: Mapping[tuple[int, ...], tuple[ScoredList, ListAnswer]]
) -> Composed:
    """Reduce the units of all lists.

    Raises
    ------
    ValueError
        For an unknown reduction, or an upstream gradient of another shape.
    """
    if case.reduction not in REDUCTIONS:
        raise ValueError(f"reduction is {case.reduction!r}, expected one of {', '.join(REDUCTIONS)}")
    loop = spec.formula.loop
    shape = batch if loop is None else (*batch, _length(spec, case))
    real = np.ones(shape, dtype=np.bool_)
    if loop is not None and case.mask is not None and spec.mask == loop.axis:
        real = np.asarray(case.mask, dtype=np.bool_)  # padding has a value of 0, that counts for nothing
    units = [unit for _, answer in answers.values() for unit in answer.units]
    values, errors, vacuous = np.zeros(shape), np.zeros(shape), np.zeros(shape, dtype=np.bool_)
    values[real] = [math.nan if unit is None else unit.v for unit in units]
    errors[real] = [0.0 if unit is None else float(unit.e) for unit in units]
    vacuous[real] = [bool(answer.vacuous) for _, answer in answers.values() for _ in answer.units]
    ambiguous, divisor = "", 1.0
    if case.reduction != "none":
        denominators = [each for _, answer in answers.values() for each in answer.denominators]
        values, errors, divisor, ambiguous = _reduced(case, values, errors, denominators)
        vacuous = np.array(vacuous.any())
    upstream = np.ones(values.shape) if case.upstream is None else np.asarray(case.upstream, dtype=np.float64)
    if upstream.shape != values.shape:
        raise ValueError(f"upstream has shape {list(upstream.shape)}, expected {list(values.shape)}")
    factors = np.broadcast_to(upstream / divisor if divisor else np.zeros(values.shape), shape)
    lists = tuple(
        PlacedList(spec, index, given, answer, np.atleast_1d(factors[index])[np.atleast_1d(real[index])], case.dtype)
        for index, (given, answer) in answers.items()
    )
    return Composed(values, errors, ambiguous, vacuous, lists)


def _length(spec: LossSpec, case: Case) -> int:
    """How many positions a looped formula has."""
    assert spec.formula.loop is not None
    axis = spec.formula.loop.axis
    for name, array in case.inputs.items():
        axes = spec.inputs[name].axes
        if axis in axes:
            return int(array.shape[array.ndim - len(axes) + axes.index(axis)])
    raise ValueError(f"no input of the case runs along {axis}")


def _reduced(
    case: Case, values: Array, errors: Array, denominators: list[Number | None]
) -> tuple[Array, Array, float, str]:
    """Value, error bound, what the gradient is divided by (NaN: unknown), why the value is ambiguous."""
    flat, bounds = values.ravel().tolist(), errors.ravel().tolist()
    total = math.nan if any(map(math.isnan, flat)) else math.fsum(flat)
    error = sum_error(flat, bounds, case.certified)
    if case.reduction == "sum":
        return np.array(total), np.array(error), 1.0, ""
    known = [each for each in denominators if each is not None]
    divisor = math.fsum(each.v for each in known) if len(known) == len(denominators) else math.nan
    if divisor == 0:
        ambiguous = "a NaN among lists that do not count" if math.isnan(total) else ""
        return np.array(0.0), np.array(0.0), 0.0, ambiguous
    mean = total / divisor
    relative = math.fsum(each.e for each in known) / divisor
    rounded = 0.0 if divisor == 1 else abs(mean)
    return np.array(mean), np.array(error / divisor + abs(mean) * relative + rounded), divisor, ""
