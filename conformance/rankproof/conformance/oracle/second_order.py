"""The second derivative: the gradient that the spec states, differentiated in its turn.

The derivative of a loss along a direction is a number like the loss itself, a sum of the stated
gradient's components. Its value is the derivative of that sum by the upstream gradient, its gradient is
the Hessian times the direction, and its error bounds are propagated as everywhere else.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rankproof.conformance.cases.case import Array, Case
from rankproof.conformance.oracle.compose import PlacedList, composed
from rankproof.conformance.oracle.conditions import holds
from rankproof.conformance.oracle.errors import Undecided, VacuousBound
from rankproof.conformance.oracle.judge import CaseAnswer
from rankproof.conformance.oracle.lists import batch_shape
from rankproof.conformance.oracle.listwise import ListAnswer, Units, bindings, positions, settled
from rankproof.conformance.oracle.oracle import answer
from rankproof.conformance.oracle.problem import Values
from rankproof.conformance.oracle.program import Program
from rankproof.conformance.specification.model import LossSpec

KINK = "away from kinks"


def along(spec: LossSpec, case: Case, direction: Mapping[str, Array]) -> CaseAnswer:
    """The derivative of a case's value along a direction, as the answer to a loss of its own.

    ``direction`` has an array in the shape of each score input. The answer's value is the derivative,
    without the upstream gradient; its gradient the derivative of the gradient, with it.

    Raises
    ------
    Undecided
        At a kink, where there is no second derivative, and where a condition of the stated gradient is
        closer than its error bounds: draw the case again.
    """
    told = answer(spec, case)
    # An upstream gradient of 0 leaves one member, 0, of the set that the derivative by it depends on.
    # On a declared kink the gradient may have one member, and two derivatives: at a tie of two squares at 0.
    declared = any(holds(spec, case, kink.where, kink.variables) for kink in spec.kinks)
    if declared or answer(spec, case.with_(upstream=None)).at_kink:
        raise Undecided(KINK, spec.kinks[0].location if spec.kinks else spec.formula.value.location)
    answers = {each.index: (each.given, _differentiated(each, direction)) for each in told.composed.lists}
    return CaseAnswer(spec, case, composed(spec, case, batch_shape(spec, case), answers))


def _differentiated(each: PlacedList, direction: Mapping[str, Array]) -> ListAnswer:
    first = each.answer
    steps = {name: _step(each, name, direction[name]) for name in each.parts}
    try:
        units = first.problem.attempt(lambda program, values: _units(each, program, values, steps))
    except VacuousBound as bound:
        return ListAnswer(first.problem, (None,) * len(first.units), first.denominators, str(bound))
    return ListAnswer(first.problem, units, first.denominators, first.vacuous)


def _step(each: PlacedList, name: str, direction: Array) -> list[float]:
    """The direction's components at the real entries of a list's input."""
    places = each.given.places[name]
    return [float(x) for x in np.asarray(direction)[each.index].reshape(-1)[places]]


def _units(each: PlacedList, program: Program, values: Values, steps: Mapping[str, list[float]]) -> Units:
    """The derivative of each unit along the direction."""
    ar, run, spec = program.ar, program.start(values), each.spec
    units = positions(spec, each.given)
    terms: list[list[object]] = [[] for _ in units]
    for name, step in steps.items():
        rule = spec.gradient[name]
        for i, size in enumerate(step):
            for unit, variables in bindings(spec, rule, i, units):
                slope = ar.number(program.value(run, rule.value, variables))
                terms[unit].append(ar.product(ar.label(size), slope))
    return tuple(settled(ar.number(ar.sum(unit))) for unit in terms)
