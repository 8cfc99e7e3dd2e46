"""Whether a spec agrees with itself: worked values, stated gradient and declared kinks against the formula."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rankproof.conformance.cases.case import Array, Case
from rankproof.conformance.cases.certificate import is_certified
from rankproof.conformance.cases.draw import Plan, cases
from rankproof.conformance.checks.kinks import kinks_of
from rankproof.conformance.checks.reproducible import draw_cases
from rankproof.conformance.oracle import Undecided, agreement, answer
from rankproof.conformance.specification.errors import FormulaError, Problem, SpecError
from rankproof.conformance.specification.model import Location, LossSpec, Worked
from rankproof.conformance.specification.worked import (
    case_inputs,
    case_mask,
    case_parameters,
    case_upstream,
    expected_array,
    expected_gradient,
)

DRAWN = 12  # cases of each family


def verify(spec: LossSpec) -> None:
    """Raises SpecError with everything in which the spec contradicts itself."""
    problems = list(_gradient(spec))
    every = (*spec.examples, *spec.edge_cases)
    problems += [problem for worked in every for problem in _worked(spec, worked, rules_hold=not problems)]
    if problems:
        raise SpecError(problems)


def _case(spec: LossSpec, worked: Worked, reduction: str) -> Case:
    inputs, parameters = case_inputs(spec, worked), case_parameters(spec, worked)
    certified = is_certified(spec, inputs, parameters, "float64")
    return Case(inputs, parameters, reduction, mask=case_mask(worked), certified=certified, family=worked.id)


def _worked(spec: LossSpec, worked: Worked, rules_hold: bool) -> Iterator[Problem]:
    """Contradictions of a worked example; rules that contradict the formula are told once, not by each example."""
    reduction = worked.reduction or spec.reduction.default
    stated = [("value", reduction, worked.value), ("unreduced", "none", worked.unreduced)]
    try:
        for key, each, value in stated:
            if value is not None:
                yield from _value(spec, worked, key, each, expected_array(value))
        if worked.gradient is not None:
            yield from _worked_gradient(spec, worked, reduction, rules_hold)
    except (Undecided, FormulaError, ValueError) as problem:
        yield Problem(worked.location, f"the formula cannot be evaluated on it: {problem}")


def _worked_gradient(spec: LossSpec, worked: Worked, reduction: str, rules_hold: bool) -> Iterator[Problem]:
    told = answer(spec, _case(spec, worked, reduction).with_(upstream=case_upstream(worked)))
    got = dict(expected_gradient(worked) or {})
    stated = _shown(got)
    if not told.judge_gradient(got).share <= 1:
        yield _contradiction(worked, "gradient", stated, "the formula gives", told.gradient)
    elif rules_hold and len(got) == len(spec.score_inputs):
        judged = told.judge_convention(got)
        if not judged.share <= 1:
            yield _contradiction(worked, "gradient", stated, "the rules of gradient give", judged.expected)


def _value(spec: LossSpec, worked: Worked, key: str, reduction: str, stated: Array | None) -> Iterator[Problem]:
    told = answer(spec, _case(spec, worked, reduction))
    assert stated is not None
    if worked.decimals is not None and key == "value":
        right = bool(np.all(np.abs(told.value - stated) <= 0.5 * 10.0**-worked.decimals))
    else:
        right = stated.shape == told.value.shape and told.judge_value(stated).share <= 1
    if not right:
        yield _contradiction(worked, key, _shown(stated), "the formula gives", told.value)


def _contradiction(worked: Worked, key: str, stated: str, against: str, other: object) -> Problem:
    place = Location(worked.location.file, worked.location.line, f"{worked.location.key}.{key}")
    return Problem(place, f"states {stated}, {against} {_shown(other)}; correct one of them")


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return str({name: np.asarray(array).tolist() for name, array in value.items()})
    return str(np.asarray(value).tolist())


def drawn_cases(spec: LossSpec, plan: Plan, count: int, seed: int = 0, dtype: str = "float64") -> list[Case]:
    """Cases of a plan for something that can be asked everything."""
    strategy = cases(spec, dtype, plan, inputs=tuple(spec.inputs), fixed={}, default_reduction=spec.reduction.default)
    return draw_cases(strategy, count, seed)


def _gradient(spec: LossSpec) -> Iterator[Problem]:
    """The stated gradient, and where it is a set, against the differentiated formula."""
    told: set[Location] = set()
    for family in ("moderate", "certified"):
        for case in drawn_cases(spec, Plan(families=(family,), smallest=2, largest=5), DRAWN):
            try:
                found = agreement(spec, case)
                undeclared = answer(spec, case).at_kink and not kinks_of(spec, case)
            except Undecided:
                continue
            except FormulaError as problem:
                yield Problem(spec.formula.value.location, f"it cannot be evaluated at {_point(case)}: {problem}")
                return
            for each in found.contradictions:
                if each.location not in told:
                    told.add(each.location)
                    yield Problem(each.location, f"{_without_location(str(each), each.location)}; correct one of them")
            if undeclared and spec.formula.value.location not in told:
                told.add(spec.formula.value.location)
                message = f"the gradient is a set at {_point(case)}, and no entry of kinks says so"
                yield Problem(spec.formula.value.location, message)


def _point(case: Case) -> str:
    inputs = ", ".join(f"{name}={array.tolist()}" for name, array in case.inputs.items())
    return f"{inputs}, {case.parameters}"


def _without_location(text: str, location: Location) -> str:
    return text.removeprefix(f"{location}: ")
