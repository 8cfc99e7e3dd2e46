"""Whether a spec agrees with itself: the stated gradient with the formula, the reference with both."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from rankproof.conformance.cases.case import Array, Case
from rankproof.conformance.oracle.gradient_set import TooManyKinks, dense, gradient_set
from rankproof.conformance.oracle.lists import ScoredList, split
from rankproof.conformance.oracle.listwise import ListAnswer, Listwise
from rankproof.conformance.oracle.membership import nearest
from rankproof.conformance.oracle.numbers import Number, Partials, sizes
from rankproof.conformance.oracle.oracle import answer
from rankproof.conformance.oracle.settings import EXACT
from rankproof.conformance.specification.model import Location, LossSpec

RELATIVE = 1e-30  # of the largest component, away from kinks
MEMBER = 1e-9  # of the largest component, in a gradient set, which is searched in floats

Reference = Callable[[Case], tuple[Array, Mapping[str, Array]]]


@dataclass(frozen=True)
class Contradiction:
    """A place where two of the three answers differ.

    ``ratio`` is the distance in units of what is allowed; ``point`` the inputs and parameters there.
    """

    quantity: str  # "stated gradient", "reference value", "reference gradient"
    location: Location
    entry: str  # "scores[2]", "value"
    got: float
    formula: float
    ratio: float
    point: Mapping[str, Any]

    def __str__(self) -> str:
        point = ", ".join(f"{name}={value}" for name, value in self.point.items())
        return (
            f"{self.location}: {self.quantity} of {self.entry} is {self.got!r}, "
            f"the formula gives {self.formula!r}, at {point}"
        )


@dataclass(frozen=True)
class Agreement:
    """The largest ratios of distance to what is allowed, at most 1 where the answers agree."""

    stated: float
    reference_value: float | None
    reference_gradient: float | None
    at_kink: bool
    contradictions: tuple[Contradiction, ...]


def agreement(spec: LossSpec, case: Case, reference: Reference | None = None) -> Agreement:
    """Hold the stated gradient, and optionally a float64 reference, against the formula.

    Away from kinks the stated gradient has to agree to 30 digits of the largest component; at a kink
    it has to be a member of the gradient set. The reference has the error budget of a float64 subject.

    Raises
    ------
    Undecided
        Where a condition cannot be decided even in high precision, or not for a float64 reference.
    """
    lists = Listwise(0)
    worst, at_kink = 0.0, False
    found: list[Contradiction] = []
    for _, given in split(spec, case):
        told = lists.answer(lists.problem(spec, given, case.parameters, EXACT, True))
        for name, position, unit, stated, allowed, formula in _entries(spec, told):
            ratio = abs(stated - formula) / allowed if stated != formula else 0.0
            worst = max(worst, float(ratio))
            at_kink = at_kink or unit.g is not None
            if ratio > 1:
                entry, location = f"{name}[{position}]", spec.gradient[name].value.location
                found.append(
                    Contradiction(
                        "stated gradient",
                        location,
                        entry,
                        float(stated),
                        float(formula),
                        float(ratio),
                        _point(given, case),
                    )
                )
    value = gradient = None
    if reference is not None:
        value, gradient = _against(spec, case, reference, found)
    return Agreement(worst, value, gradient, at_kink, tuple(found))


def _point(given: ScoredList, case: Case) -> dict[str, Any]:
    return {**{name: array.tolist() for name, array in given.inputs.items()}, **case.parameters}


Entry = tuple[str, int, Number, Any, Any, Any]  # input, position, unit, stated, allowed distance, the formula's


def _entries(spec: LossSpec, told: ListAnswer) -> Iterator[Entry]:
    """Every component of every unit, stated and by the formula."""
    given = told.problem.given
    places = [(name, position) for name in given.places for position in range(given.places[name].size)]
    if all(unit is None for unit in told.units) or told.vacuous or told.singular:
        return
    for index, (unit, stated) in enumerate(zip(told.units, told.stated, strict=True)):
        if unit is None:
            continue
        formula, allowed = _formula(unit, stated, len(places))
        for component, (name, position) in enumerate(places):
            if not spec.separable or position == index or component in unit.q:
                yield name, position, unit, stated.get(component, 0), allowed, formula(component)


def _formula(unit: Number, stated: Partials, components: int) -> tuple[Callable[[int], Any], Any]:
    """The formula's derivative by component, and how far from it the stated one may be."""
    largest = max([abs(x) for x in [*sizes(unit).values(), *stated.values()]], default=0)
    if unit.g is None:
        # The bounds in q are those of the high precision itself, far below 30 digits unless much cancels.
        noise = max(unit.q.values(), default=0) / 2**270
        return lambda component: unit.p.get(component, 0), RELATIVE * largest + noise
    partials = {c: float(x) for c, x in unit.p.items()}
    generators = {m: {c: float(x) for c, x in part.items()} for m, part in unit.g.items()}
    got = dense({c: float(x) for c, x in stated.items()}, components)
    try:
        members = gradient_set(partials, generators, components)
    except TooManyKinks:
        return lambda component: stated.get(component, 0), 1.0
    member = nearest(members, got, np.full(components, MEMBER * float(largest) or 1.0))
    return lambda component: member[component], MEMBER * float(largest)


def _against(spec: LossSpec, case: Case, reference: Reference, found: list[Contradiction]) -> tuple[float, float]:
    """The reference's shares of the float64 budget; what exceeds it is added to ``found``."""
    case = case.with_(dtype="float64")
    told = answer(spec, case)
    got_value, got_gradient = reference(case)
    value = told.judge_value(np.asarray(got_value))
    gradient = told.judge_gradient(got_gradient)
    point = {**{name: array.tolist() for name, array in case.inputs.items()}, **case.parameters}
    if value.judged and value.share > 1:
        found.append(_worst("reference value", spec.formula.value.location, "value", got_value, value, point))
    if gradient.judged and gradient.share > 1:
        for name, array in got_gradient.items():
            location = spec.gradient[name].value.location
            found.append(_worst("reference gradient", location, name, array, _of(gradient, name), point))
    return value.share, gradient.share


@dataclass(frozen=True, eq=False)
class _Side:
    expected: Array
    budget: Array


def _of(judgement: Any, name: str) -> _Side:
    return _Side(judgement.expected[name], judgement.budget[name])


def _worst(
    quantity: str, location: Location, entry: str, got: Any, side: Any, point: Mapping[str, Any]
) -> Contradiction:
    """The entry that is furthest off, in budgets."""
    got, expected = np.asarray(got, dtype=np.float64), np.asarray(side.expected)
    if got.shape != expected.shape:
        what = f"{entry} of shape {list(got.shape)} instead of {list(expected.shape)}"
        return Contradiction(quantity, location, what, np.nan, np.nan, np.inf, point)
    with np.errstate(all="ignore"):
        ratios = np.nan_to_num(np.abs(got - expected) / side.budget, nan=0.0 if expected.size == 0 else np.inf)
    at = np.unravel_index(int(np.argmax(ratios)), expected.shape)
    place = entry + "".join(f"[{i}]" for i in at)
    return Contradiction(quantity, location, place, float(got[at]), float(expected[at]), float(ratios[at]), point)
