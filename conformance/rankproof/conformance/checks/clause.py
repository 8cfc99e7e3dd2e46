"""A clause as a value: what it draws, what it demands of the subject, and the words it reports with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from rankproof.conformance.cases.case import Case
from rankproof.conformance.cases.draw import Plan, cases
from rankproof.conformance.specification.model import LossSpec
from rankproof.conformance.subjects.subject import Call, Capabilities, Subject
from rankproof.conformance.verdict.finding import Fault, Level


@dataclass(frozen=True)
class Context:
    """One subject under one spec in one dtype: what every clause is run with."""

    spec: LossSpec
    subject: Subject
    capabilities: Capabilities
    dtype: str

    def drawn(self, plan: Plan) -> st.SearchStrategy[Case]:
        """Cases of a plan, within what the subject can be asked."""
        able = self.capabilities
        return cases(
            self.spec,
            self.dtype,
            plan,
            inputs=able.inputs,
            fixed={name: value for name, value in able.fixed.items() if name not in able.parameters},
            default_reduction=able.default_reduction,
        )

    @property
    def finest_reduction(self) -> str:
        """The reduction that shows most: none where the subject offers it."""
        return "none" if "none" in self.capabilities.reductions else self.capabilities.default_reduction

    @property
    def meant_for_batches(self) -> bool:
        """Whether the subject takes batches, or at least offers to reduce over their lists."""
        able = self.capabilities
        return able.batch or (self.spec.reduction.unit != "pair" and len(able.reductions) > 1)

    @property
    def batches(self) -> tuple[tuple[int, ...], ...]:
        """Batch shapes that the subject takes; elementwise losses take any."""
        return ((), (2,)) if self.capabilities.batch else ((),)


@dataclass
class Tally:
    """What a clause has seen so far, over all its cases."""

    judged: int = 0  # numbers
    cases: int = 0  # of which at least one number was judged
    not_judged: int = 0
    not_judged_reason: str = ""
    worst_share: float = 0.0
    admissible: str = ""  # why the verdict is admissible instead of conforming, if it is

    def count(self, share: float) -> None:
        """One judged number."""
        self.judged += 1
        self.worst_share = max(self.worst_share, share)


@dataclass(frozen=True)
class Observation:
    """One call of the subject, with the name under which the snippet keeps its result."""

    case: Case
    call: Call = Call()


class NotRun(Exception):
    """The clause cannot be asked of this subject; the message says why."""


class Divergence(Exception):
    """The subject does not do what the clause demands.

    ``quantity`` says what ``got`` is: "value", "gradient", "dtype" (of the value), "raised" (the subject's own error),
    "accepted" (an error was due), "inputs" (an input was changed), "state" (what all code shares was changed;
    ``expected`` gives sources that show it) or "memory" (it grows too fast; then the case has no inputs, and
    notes that say how to measure it). ``budget`` is absolute;
    ``against`` is the earlier call to which the clause compares, if it does; ``outcomes`` the law of wrong draws.
    """

    def __init__(
        self,
        problem: str,
        observation: Observation,
        *,
        quantity: str,
        got: Any = None,
        expected: Any = None,
        budget: Any = None,
        share: float | None = None,
        against: Observation | None = None,
        fault: Fault = Fault.SUBJECT,
        outcomes: Any = None,
    ) -> None:
        super().__init__(problem)
        self.problem = problem
        self.observation = observation
        self.quantity = quantity
        self.got = got
        self.expected = expected
        self.budget = budget
        self.share = share
        self.against = against
        self.fault = fault
        self.outcomes = outcomes


Check = Callable[[Context, Case, Tally], None]


@dataclass(frozen=True)
class Clause:
    """One stable id of the conformance suite.

    ``cases`` gives a strategy, or a tuple of fixed cases; it raises NotRun where the subject cannot be
    asked. ``check`` raises Divergence.
    """

    id: str
    level: Level
    location: str
    cases: Callable[[Context], st.SearchStrategy[Case] | tuple[Case, ...]]
    check: Check
    weight: float = 1.0  # its share of the number of cases a clause is run with
    dtypes: frozenset[str] = field(default_factory=lambda: frozenset({"float64", "float32"}))
