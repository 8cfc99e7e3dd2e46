"""Whether a condition of a spec file is true of a case."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from rankproof.conformance.cases.case import Case
from rankproof.conformance.oracle.lists import split
from rankproof.conformance.oracle.numbers import Number
from rankproof.conformance.oracle.oracle import shared_programs
from rankproof.conformance.oracle.problem import ListProblem
from rankproof.conformance.specification.model import Expression, LossSpec


def holds(spec: LossSpec, case: Case, condition: Expression, variables: Sequence[str]) -> bool:
    """Whether the condition is true at some positions of some list; raises Undecided.

    The variables run along the axis of the first score input.
    """
    axis = spec.inputs[spec.score_inputs[0]].axes[0]
    for problem in _problems(spec, case):
        spots = itertools.product(range(problem.given.sizes[axis]), repeat=len(variables))
        if problem.holds(condition, (dict(zip(variables, spot, strict=True)) for spot in spots)):
            return True
    return False


def holds_at(spec: LossSpec, case: Case, condition: Expression, bindings: Mapping[str, int]) -> bool:
    """Whether the condition is true of a list with these variables; raises Undecided."""
    return any(problem.holds(condition, [bindings]) for problem in _problems(spec, case))


def number_at(spec: LossSpec, case: Case, expression: Expression, bindings: Mapping[str, int]) -> Number:
    """An expression on an unbatched list: value, derivatives, and their error bounds in units of the roundoff."""
    (problem,) = _problems(spec, case)
    return problem.number(expression, bindings)


def _problems(spec: LossSpec, case: Case) -> list[ListProblem]:
    return [
        ListProblem(shared_programs(), spec, given, case.parameters, case.dtype, case.certified)
        for _, given in split(spec, case)
    ]
