"""The formula on one list: its units with bounds and gradient sets, their denominators, the stated gradient."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from rankproof.conformance.oracle.cache import Cache
from rankproof.conformance.oracle.errors import NanRead, NeedsPrecision, VacuousBound
from rankproof.conformance.oracle.lists import ScoredList
from rankproof.conformance.oracle.numbers import Number, Partials
from rankproof.conformance.oracle.problem import ListProblem, Programs, Values, to_float
from rankproof.conformance.oracle.program import Program
from rankproof.conformance.oracle.settings import EXACT
from rankproof.conformance.specification.errors import FormulaError
from rankproof.conformance.specification.model import GradientRule, LossSpec


@dataclass(frozen=True, eq=False)
class ListAnswer:
    """What one list contributes.

    units: one number for a formula of one value, one a position of its loop otherwise; None where
    the formula reads a NaN. denominators: what a mean divides by, for each unit; None likewise.
    vacuous: why the bounds say nothing, empty where they do.
    """

    problem: ListProblem
    units: tuple[Number | None, ...]
    denominators: tuple[Number | None, ...]
    vacuous: str = ""

    @property
    def singular(self) -> bool:
        """Whether a derivative does not exist, as that of a square root at 0."""
        return any(bound != bound for unit in self.units if unit is not None for bound in unit.q.values())

    @cached_property
    def stated(self) -> tuple[Partials, ...]:
        """The gradient of each unit as the spec states it; raises Undecided within the bounds of a condition."""
        return self.problem.attempt(lambda program, values: _stated(self.problem, program, values))


class Listwise:
    """Evaluates lists, and remembers the last ones."""

    def __init__(self, size: int = 2048) -> None:
        self.programs = Programs()
        self.cache: Cache[tuple[LossSpec, ListAnswer]] = Cache(size)

    def problem(
        self, spec: LossSpec, given: ScoredList, parameters: Mapping[str, Any], dtype: str, certified: bool
    ) -> ListProblem:
        """A list to be evaluated."""
        return ListProblem(self.programs, spec, given, parameters, dtype, certified)

    def answer(self, problem: ListProblem) -> ListAnswer:
        """The answer to one list; raises Undecided."""
        return self.cache.get(problem.key(), lambda: (problem.spec, _answered(problem)))[1]


def _answered(problem: ListProblem) -> ListAnswer:
    try:
        units, denominators = problem.attempt(lambda program, values: _evaluated(problem, program, values))
        return ListAnswer(problem, units, denominators)
    except VacuousBound as bound:
        return _unbounded(problem, str(bound))


def _unbounded(problem: ListProblem, reason: str) -> ListAnswer:
    """The numbers without bounds that say anything; NaN where not even they can be had."""
    try:
        units, denominators = problem.exactly(lambda program, values: _evaluated(problem, program, values))
    except VacuousBound:
        count = len(positions(problem.spec, problem.given))
        units, denominators = (None,) * count, (None,) * count
    return ListAnswer(problem, units, denominators, reason)


Units = tuple[Number | None, ...]


def _evaluated(problem: ListProblem, program: Program, values: Values) -> tuple[Units, Units]:
    spec = problem.spec
    run = program.start(values)
    finish = (lambda number: number) if problem.dtype == EXACT else settled
    units: list[Number | None] = []
    denominators: list[Number | None] = []
    for variables in positions(spec, problem.given):
        try:
            # A list with a NaN has no value, even where its formula would not read it.
            if problem.given.has_nan and not spec.separable:
                raise NanRead
            units.append(finish(program.ar.number(program.value(run, spec.formula.value, variables))))
        except NanRead:
            units.append(None)
        try:
            denominators.append(finish(_denominator(spec, program, run, variables)))
        except NanRead:
            denominators.append(None)
    return tuple(units), tuple(denominators)


def positions(spec: LossSpec, given: ScoredList) -> list[dict[str, int]]:
    """The variables of each unit: none for a formula of one value."""
    loop = spec.formula.loop
    return [{}] if loop is None else [{loop.variable: i} for i in range(given.sizes[loop.axis])]


def _denominator(spec: LossSpec, program: Program, run: Any, variables: Mapping[str, int]) -> Number:
    expression = spec.reduction.denominator
    if expression is None:
        return program.ar.integer(1)
    number = program.ar.number(program.value(run, expression, variables))
    if number.q:
        raise FormulaError(f"{expression.location}: the denominator depends on scores; the oracle needs a constant one")
    return number


def settled(number: Number) -> Number:
    """The number in floats; NeedsPrecision where it was computed in floats that overflowed."""
    if type(number.v) is float:
        if math.isfinite(number.v) and math.isfinite(number.e) and all(map(math.isfinite, number.q.values())):
            return number
        raise NeedsPrecision("overflow")
    g = None if number.g is None else {monomial: _floats(part) for monomial, part in number.g.items()}
    return Number(to_float(number.v), to_float(number.e), _floats(number.p), _floats(number.q), g, number.leaf)


def _floats(partials: Partials) -> Partials:
    return {c: to_float(x) for c, x in partials.items()}


def _stated(problem: ListProblem, program: Program, values: Values) -> tuple[Partials, ...]:
    run = program.start(values)
    spec = problem.spec
    units = positions(spec, problem.given)
    found: list[Partials] = [{} for _ in units]
    component = 0
    for name in spec.score_inputs:
        if name not in problem.given.inputs:
            continue
        rule = spec.gradient[name]
        for i in range(problem.given.inputs[name].size):
            for unit, variables in bindings(spec, rule, i, units):
                try:
                    value = program.ar.number(program.value(run, rule.value, variables)).v
                except NanRead:
                    value = math.nan
                found[unit][component] = value if problem.dtype == EXACT else to_float(value)
            component += 1
    return tuple(found)


def bindings(
    spec: LossSpec, rule: GradientRule, position: int, units: list[dict[str, int]]
) -> list[tuple[int, dict[str, int]]]:
    """The units that a stated derivative by the score at a position is of, and the variables it is evaluated with."""
    if rule.unit is not None:
        return [(unit, {rule.variable: position, **variables}) for unit, variables in enumerate(units)]
    return [(0 if spec.formula.loop is None else position, {rule.variable: position})]
