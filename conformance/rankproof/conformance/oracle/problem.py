"""One list to be evaluated: in floats, or in more digits where they do not suffice."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from rankproof.conformance.oracle.cache import Cache
from rankproof.conformance.oracle.errors import NeedsPrecision, Undecided
from rankproof.conformance.oracle.lists import ScoredList, values_of
from rankproof.conformance.oracle.numbers import Number
from rankproof.conformance.oracle.program import Program
from rankproof.conformance.oracle.settings import EXACT, Setting
from rankproof.conformance.specification.errors import FormulaError
from rankproof.conformance.specification.model import Expression, LossSpec

BITS = 200
EXACT_BITS = 300
T = TypeVar("T")
Values = dict[str, Any]


class Programs:
    """Specs compiled for a setting, kept while they are used."""

    def __init__(self, size: int = 64) -> None:
        self._cache: Cache[tuple[LossSpec, Program]] = Cache(size)

    def get(self, spec: LossSpec, setting: Setting) -> Program:
        """The spec's program; the same one for the same ``spec`` object."""
        # The cache holds on to the spec, so that its id cannot come to mean another.
        return self._cache.get((id(spec), setting), lambda: (spec, _program(spec, setting)))[1]


def _program(spec: LossSpec, setting: Setting) -> Program:
    return Program(setting.arithmetic(), [*spec.inputs, *spec.parameters, *spec.axes], spec.definitions)


@dataclass(frozen=True, eq=False)
class ListProblem:
    """One list with everything that its numbers depend on."""

    programs: Programs
    spec: LossSpec
    given: ScoredList
    parameters: Mapping[str, Any]
    dtype: str
    certified: bool

    def key(self) -> Hashable:
        """What tells this problem from another."""
        return id(self.spec), tuple(sorted(self.parameters.items())), self.dtype, self.certified, self.given.key()

    def attempt(self, evaluate: Callable[[Program, Values], T]) -> T:
        """Evaluate in floats, and in mpmath where they do not suffice."""
        if self.dtype != EXACT:
            try:
                return self._with(Setting(self.dtype, self.certified), evaluate)
            except NeedsPrecision:
                return self._with(Setting(self.dtype, self.certified, BITS), evaluate)
        return self._with(Setting(EXACT, self.certified, EXACT_BITS), evaluate)

    def exactly(self, evaluate: Callable[[Program, Values], T]) -> T:
        """Evaluate without regard to the subject's precision."""
        return self._with(Setting(EXACT, True, EXACT_BITS), evaluate)

    def _with(self, setting: Setting, evaluate: Callable[[Program, Values], T]) -> T:
        program = self.programs.get(self.spec, setting)
        return evaluate(program, values_of(self.spec, program.ar, self.given, self.parameters))

    def number(self, expression: Expression, variables: Mapping[str, int]) -> Number:
        """The value of an expression with its partial derivatives and error bounds, in floats.

        Raises
        ------
        FormulaError
            At a kink, where the derivatives are a set.
        """

        def evaluate(program: Program, values: Values) -> Number:
            number = program.ar.number(program.value(program.start(values), expression, variables))
            if number.g is not None:
                raise FormulaError(f"{expression.location}: `{expression.text}` is asked for at a kink")
            p, q = ({c: to_float(x) for c, x in partials.items()} for partials in (number.p, number.q))
            return Number(to_float(number.v), to_float(number.e), p, q)

        return self.attempt(evaluate)

    def holds(self, condition: Expression, assignments: Iterable[Mapping[str, int]]) -> bool:
        """Whether a condition is true for one of the assignments of its variables.

        Raises
        ------
        Undecided
            Where none makes it true and one cannot be decided.
        """
        return self.attempt(lambda program, values: _holds(program, values, condition, assignments))


def _holds(program: Program, values: Values, condition: Expression, assignments: Iterable[Mapping[str, int]]) -> bool:
    run = program.start(values)
    undecided: Undecided | None = None
    for variables in assignments:
        try:
            value = program.value(run, condition, variables)
        except Undecided as problem:
            undecided = undecided or problem
            continue
        if type(value) is not bool:
            raise FormulaError(f"{condition.location}: `{condition.text}` is no condition")
        if value:
            return True
    if undecided is not None:
        raise undecided
    return False


def to_float(value: Any) -> float:
    """The nearest float, infinite beyond the range."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf
