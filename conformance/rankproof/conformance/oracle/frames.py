"""What a compiled expression runs on: a frame of values by slot, and what one evaluation shares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rankproof.conformance.oracle.steps import STEPS
from rankproof.conformance.specification.errors import BudgetExceeded

Frame = list[Any]  # slot 0 holds the Run; then inputs, parameters and axes; then local variables
Code = Callable[[Frame], Any]


class Run:
    """One evaluation of one list: its names' values, the definitions already evaluated, the steps left."""

    __slots__ = ("memo", "steps", "template")

    def __init__(self, values: list[Any], definitions: int, steps: int = STEPS) -> None:
        self.template: Frame = [self, *values]
        self.memo: list[dict[Any, Any]] = [{} for _ in range(definitions)]
        self.steps = steps

    def spend(self, steps: int) -> None:
        """Count steps; BudgetExceeded when none are left."""
        self.steps -= steps
        if self.steps < 0:
            raise BudgetExceeded("the formula takes more steps than the step budget allows")


class Scope:
    """The slots of an expression's names; local variables get new slots behind the shared ones."""

    def __init__(self, shared: Mapping[str, int], size: int) -> None:
        self._names = dict(shared)
        self._first = size
        self._counter = [size]

    def slot(self, name: str) -> int | None:
        """Where the name's value is, None for a name that has no slot."""
        return self._names.get(name)

    def bind(self, name: str) -> tuple[Scope, int]:
        """The scope in which ``name`` is a new local variable, and its slot."""
        inner = Scope({}, 0)
        inner._first, inner._counter = self._first, self._counter
        slot = self._counter[0]
        self._counter[0] += 1
        inner._names = {**self._names, name: slot}
        return inner, slot

    @property
    def locals(self) -> int:
        """How many local variables were bound."""
        return self._counter[0] - self._first
