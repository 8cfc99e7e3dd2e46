"""The errors of a spec file: all of them at once, each with its place and what would be right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rankproof.conformance.places import openable
from rankproof.conformance.specification.model import Location


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in a spec file."""

    location: Location
    message: str

    def __str__(self) -> str:
        return f"{openable(str(self.location))}: {self.message}"


@dataclass(frozen=True)
class Absence(Problem):
    """What is asked for is not there, so that no line can be shown."""

    def __str__(self) -> str:
        return self.message


class SpecError(Exception):
    """A spec file that cannot be used; ``problems`` lists everything that is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[SpecError], tuple[tuple[Problem, ...]]]:
        """Pickled by its problems: it travels out of worker processes."""
        return type(self), (self.problems,)


class FormulaError(Exception):
    """A formula that cannot be read or evaluated; the message says what and where in its text."""


class BudgetExceeded(FormulaError):
    """A formula that takes more steps than the reader allows."""
