"""The clause on what a call must not do to the state that all code of a process shares."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from hypothesis import strategies as st

from rankproof.conformance.cases.case import Case
from rankproof.conformance.cases.draw import Plan
from rankproof.conformance.checks.clause import Clause, Context, Divergence, Observation, Tally
from rankproof.conformance.checks.judge import ask
from rankproof.conformance.specification.model import LossSpec
from rankproof.conformance.specification.sections import section
from rankproof.conformance.subjects.global_state import Change
from rankproof.conformance.subjects.subject import Call
from rankproof.conformance.verdict.finding import Level

NAMES = {"random": "Python", "numpy": "numpy", "torch": "torch"}


def check_global_state(context: Context, case: Case, tally: Tally) -> None:
    """A call changes no setting and no function, and does not seed a global generator."""
    for first, second in _calls(context):
        outcomes = [ask(context, case, call) for call in (first, second)]
        tally.count(0.0)
        earlier: dict[str, Change] = getattr(context.subject, "changes", {})
        changes = {change.name: change for outcome in outcomes for change in outcome.changes} or earlier
        if changes:
            told = ", ".join(map(str, changes.values()))
            raise _divergence(f"the call changes {told}", Observation(case, first), list(changes.values()), None)
        one, other = (outcome.generators for outcome in outcomes)
        seeded = [source for source in one if one[source] == other.get(source)]
        if seeded:
            whose = " and ".join(NAMES[source.partition(".")[0]] for source in seeded)
            problem = f"the call seeds the global generator of {whose}: whatever its state before, it is the same after"
            again = Observation(case, second)
            sources = [Change(f"{NAMES[each.partition('.')[0]]}'s global generator", each) for each in seeded]
            raise _divergence(problem, Observation(case, first), sources, again)


def _divergence(
    problem: str, observation: Observation, changes: list[Change], against: Observation | None
) -> Divergence:
    return Divergence(
        problem,
        observation,
        quantity="state",
        got=[str(change) for change in changes],
        expected={change.name: change.expression for change in changes},
        against=against,
    )


def _calls(context: Context) -> Iterator[tuple[Call, Call]]:
    """Pairs of calls that differ in the global generators' states; also of a subject that draws for itself."""
    first, second = Call(watched=True, seed=1), Call(watched=True, seed=2)
    yield first, second
    sampling = context.spec.sampling
    if sampling is not None and context.capabilities.draws and sampling.input in context.capabilities.inputs:
        yield replace(first, omit=(sampling.input,)), replace(second, omit=(sampling.input,))


def _cases(context: Context) -> st.SearchStrategy[Case]:
    return context.drawn(Plan(batches=context.batches))


def clauses(spec: LossSpec) -> list[Clause]:
    """The clause, for every loss."""
    place = section("purity")
    return [Clause("purity.global_state", Level.ROBUST, place, _cases, check_global_state, weight=0.25)]
