"""A spec's formula language compiled for one arithmetic: its names, its definitions, its expressions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rankproof.conformance.oracle.arithmetic import Arithmetic
from rankproof.conformance.oracle.compile import Compiler
from rankproof.conformance.oracle.errors import EvaluationError
from rankproof.conformance.oracle.frames import Code, Frame, Run, Scope
from rankproof.conformance.oracle.steps import STEPS, steps_of
from rankproof.conformance.specification.errors import BudgetExceeded, FormulaError
from rankproof.conformance.specification.model import Definition, Expression

_PENDING = object()


class Program:
    """What evaluates the expressions of one spec file.

    ``names`` are those of inputs, parameters and axes, whose values a run is started with.
    """

    def __init__(self, ar: Arithmetic, names: Sequence[str], definitions: Mapping[str, Definition]) -> None:
        self.ar = ar
        self.names = tuple(names)
        self._slots = {name: slot for slot, name in enumerate(self.names, start=1)}
        self._definitions = {name: index for index, name in enumerate(definitions)}
        self._bodies: list[tuple[Code, int]] = []
        self._steps = [1 + steps_of(each.body.node) for each in definitions.values()]
        self._expressions: dict[int, tuple[Expression, tuple[str, ...], Code, int]] = {}
        self._bodies.extend(self._compiled(each.body, each.arguments) for each in definitions.values())

    def start(self, values: Mapping[str, Any], steps: int = STEPS) -> Run:
        """An evaluation in which the names have these values; where arithmetic is slow, it has fewer steps."""
        return Run([values[name] for name in self.names], len(self._bodies), steps // self.ar.field.slowness)

    def value(self, run: Run, expression: Expression, variables: Mapping[str, Any] | None = None) -> Any:
        """The value of an expression; ``variables`` are its free ones.

        Raises
        ------
        Undecided
            Where a condition is closer than its error bounds.
        EvaluationError
            Where the formula has no value.
        """
        variables = variables or {}
        names = tuple(variables)
        known = self._expressions.get(id(expression))
        if known is None or known[1] != names:
            code, size = self._compiled(expression, names)
            known = self._expressions[id(expression)] = (expression, names, code, size)
        _, _, code, size = known
        try:
            return code([*run.template, *variables.values(), *([None] * (size - len(names)))])
        except RecursionError:
            raise EvaluationError(f"{expression.location}: the definitions are nested too deeply") from None

    def _compiled(self, expression: Expression, variables: Sequence[str]) -> tuple[Code, int]:
        scope = Scope(self._slots, len(self.names) + 1)
        outermost = scope
        for name in variables:
            scope, _ = scope.bind(name)
        compiler = Compiler(self.ar, self._define, expression.location)
        try:
            code = compiler.compile(expression.node, scope)
        except RecursionError:
            raise EvaluationError(f"{expression.location}: the expression is nested too deeply") from None
        return self._guarded(code, expression), outermost.locals

    def _guarded(self, code: Code, expression: Expression) -> Code:
        """Code whose errors name the place in the file."""
        ar = self.ar

        def guarded(f: Frame) -> Any:
            try:
                return code(f)
            except (BudgetExceeded, EvaluationError):
                raise
            except (FormulaError, TypeError, ValueError) as problem:
                raise EvaluationError(f"{expression.location}: `{_short(expression.text)}`: {problem}") from problem
            except ArithmeticError as problem:
                raise ar.field.vacuous(f"{expression.location}: `{_short(expression.text)}`: {problem}") from problem

        return guarded

    def _define(self, name: str, arguments: list[Code]) -> Code:
        """The code of a definition's call, whose value is remembered by its arguments."""
        index = self._definitions.get(name)
        if index is None:
            raise FormulaError(f"unknown name {name!r}")
        bodies, steps = self._bodies, self._steps[index]

        def evaluate(run: Run, memo: dict[Any, Any], key: Any, values: list[Any]) -> Any:
            run.spend(steps)
            memo[key] = _PENDING
            body, size = bodies[index]
            try:
                result = memo[key] = body([*run.template, *values, *([None] * (size - len(values)))])
            except BaseException:
                # The caller may go on with another position, which is no recursion.
                del memo[key]
                raise
            return result

        return _call(name, index, arguments, evaluate)


def _call(name: str, index: int, arguments: list[Code], evaluate: Callable[..., Any]) -> Code:
    def recall(f: Frame) -> Any:
        values = [argument(f) for argument in arguments]
        key = tuple(values)
        run = f[0]
        memo = run.memo[index]
        result = memo.get(key, memo)
        if result is memo:
            return evaluate(run, memo, key, values)
        if result is _PENDING:
            raise FormulaError(f"the definition {name!r} refers to itself")
        return result

    return recall


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 80 else text[:77] + "..."
