"""Which of the declared conventions a subject follows in the parameters that it does not take."""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from rankproof.conformance.cases.case import Array, Case
from rankproof.conformance.specification.model import LossSpec, ParameterSpec, ParameterType
from rankproof.conformance.subjects import probes
from rankproof.conformance.subjects.plan import Arrangement
from rankproof.conformance.subjects.probeable import Probeable
from rankproof.conformance.subjects.subject import Call

MOST_COMBINATIONS = 300
# How near a subject's values have to be: first to tell what differs little, such as an eps of 1e-6 from none, then for
# subjects that compute in float32. What is lost on the way is for the clauses to find.
CLOSE = (1e-10, 1e-5)
CLEARLY = 2  # times as near as the defaults is clearly nearer
Combination = Mapping[str, Any]  # a value for each parameter that the subject does not take, and the reduction
DRAWS = 4  # calls of a subject that draws, each with another seed


@dataclass(frozen=True)
class Resolved:
    """The value that each parameter has which the subject does not take, and its reduction if it takes none."""

    parameters: Mapping[str, Any]
    reduction: str
    matched: bool  # whether some combination gave the subject's values
    unmatched: int = 0  # how many combinations were tried, if none did


@dataclass(frozen=True, eq=False)
class Observation:
    """What the subject returned; with ``orders``, one of the values over these orders is right.

    At an ``edge`` conventions differ and many subjects fail, so it decides only between what fits elsewhere.
    """

    case: Case
    value: Array
    edge: bool = False
    orders: tuple[tuple[int, ...], ...] = ()


def resolve(
    adapter: Probeable,
    arrangement: Arrangement,
    parameters: Mapping[str, Any],
    reductions: Sequence[str],
    *,
    known_reduction: bool,
    batch: bool,
    usable: bool,
) -> Resolved:
    """The declared combination that gives the subject's values, the fewest departures from the defaults first.

    Where none does, the one that is clearly the nearest, or the defaults: the subject is then held against those.
    """
    spec = adapter.spec
    free = [name for name in spec.parameters if name not in adapter.binding.options]
    choices = {name: candidates(adapter, name, parameters[name]) for name in free}
    usual = spec.reduction.default if spec.reduction.default in reductions else reductions[0]
    choices["reduction"] = [usual] if known_reduction else [usual, *(r for r in ("mean", "sum", "none") if r != usual)]
    asked = adapter.binding.options - set(adapter.settings)
    constants = {name: parameters[name] for name in spec.parameters if name not in asked}
    defaults = Resolved(constants, usual, matched=False)
    if not usable or all(len(values) == 1 for values in choices.values()):
        return defaults
    observations = observe(adapter, arrangement, parameters, usual, batch=batch)
    fallback = replace(defaults, reduction=_by_shape(observations, usual, choices["reduction"]))
    tried = combinations(choices) if any(not seen.edge for seen in observations) else []
    chosen, matched = _best(spec, observations, tried, fallback.reduction)
    if chosen is None:
        return replace(fallback, unmatched=len(tried))
    parameters = {name: value for name, value in chosen.items() if name != "reduction"}
    return Resolved({**constants, **parameters}, str(chosen["reduction"]), matched, 0 if matched else len(tried))


def _best(
    spec: LossSpec, observations: Sequence[Observation], tried: Sequence[Combination], reduction: str
) -> tuple[Combination | None, bool]:
    """The first combination that fits, at the edges too if one does, and whether it does.

    Else the one with the given reduction that is clearly the nearest; None where none is nearer than the defaults.
    """
    ordinary = [seen for seen in observations if not seen.edge]
    edges = [seen for seen in observations if seen.edge]

    def fits_at_the_edges(combination: Combination, close: float) -> bool:
        return all(_distance(spec, seen, combination) <= close for seen in edges)

    measured: list[tuple[float, Combination]] = []
    for each in tried:  # the usual subject follows one of the first: the others are not evaluated for it
        measured.append((max(_distance(spec, seen, each) for seen in ordinary), each))
        if measured[-1][0] <= CLOSE[0] and fits_at_the_edges(each, CLOSE[0]):
            return each, True
    for close in CLOSE:
        fitting = [each for distance, each in measured if distance <= close]
        if fitting:
            return next((each for each in fitting if fits_at_the_edges(each, close)), fitting[0]), True
    alike = [(distance, each) for distance, each in measured if each["reduction"] == reduction]
    nearest = min(alike, key=lambda both: both[0], default=None)
    if nearest is None or not CLEARLY * nearest[0] < alike[0][0]:
        return None, False
    return nearest[1], False


def candidates(adapter: Probeable, name: str, default: Any) -> list[Any]:
    """The values that a parameter may have in a subject that does not take it, the default first.

    A choice may be any of its choices, a number one that ``conventions`` lists or that an object under
    test holds in an attribute of the parameter's name.
    """
    spec = adapter.spec
    declared: ParameterSpec = spec.parameters[name]
    if name in adapter.settings:
        return [default]
    if spec.sampling and name == spec.sampling.replacement:  # acts on the law alone, not on the value for an order
        return [default]
    if declared.type is ParameterType.CHOICE:
        others: list[Any] = list(declared.choices)
    elif declared.type is ParameterType.BOOLEAN:
        others = [False, True]
    else:
        own = None if inspect.isclass(adapter.target) else getattr(adapter.target, name, None)
        others = [own] if isinstance(own, int | float) and not isinstance(own, bool) else []
        others += [convention.value for convention in spec.conventions.get(name, ())]
    return [default, *(value for value in others if value != default)]


def combinations(choices: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    """At most ``MOST_COMBINATIONS`` of the product, those nearest to the defaults (the first of each) first."""
    found: list[dict[str, Any]] = []
    for departures in range(len(choices) + 1):
        for names in itertools.combinations(choices, departures):
            for values in itertools.product(*(choices[name][1:] for name in names)):
                if len(found) == MOST_COMBINATIONS:
                    return found
                first = {name: options[0] for name, options in choices.items()}
                found.append({**first, **dict(zip(names, values, strict=True))})
    return found


def with_constants(case: Case, adapter: Probeable) -> Case:
    """The case with every input that the subject lacks at the constant that the spec declares for that."""
    constants = {
        name: np.full(case.inputs[name].shape, declared.omitted)
        for name, declared in adapter.spec.inputs.items()
        if declared.omitted is not None and name not in adapter.binding.inputs
    }
    return case.with_(inputs={**case.inputs, **constants})


def observe(
    adapter: Probeable, arrangement: Arrangement, parameters: Mapping[str, Any], reduction: str, *, batch: bool
) -> list[Observation]:
    """The subject's values on a few fixed cases; those on which it raises are left out."""
    spec, sampling = adapter.spec, adapter.spec.sampling
    if sampling is not None and sampling.input not in adapter.binding.inputs:
        return _observed_draws(adapter, arrangement, parameters, reduction)
    first, second = (probes.single(spec, parameters, reduction, row) for row in (0, 1))
    several = probes.batched(spec, parameters, reduction) if batch else second
    edges = probes.nothing_relevant(several, spec)
    observations = []
    for edge, case in ((False, several), (False, first), *((True, case) for case in edges)):
        case = with_constants(case, adapter)
        outcome = adapter.attempt(case, Call(gradient=False), arrangement)
        if outcome.value is not None:
            observations.append(Observation(case, outcome.value, edge))
    return observations


def _observed_draws(
    adapter: Probeable, arrangement: Arrangement, parameters: Mapping[str, Any], reduction: str
) -> list[Observation]:
    observations = []
    orders = tuple(itertools.permutations(range(3)))
    for row in (0, 1, 2):
        case = probes.one_positive(adapter.spec, parameters, reduction, row)
        for seed in range(DRAWS):
            outcome = adapter.attempt(case, Call(gradient=False, seed=seed), arrangement)
            if outcome.value is not None:
                observations.append(Observation(case, outcome.value, orders=orders))
    return observations


def _distance(spec: LossSpec, seen: Observation, combination: Combination) -> float:
    """How far the subject's values are from the oracle's; with several orders, from the nearest."""
    parameters = {name: value for name, value in combination.items() if name != "reduction"}
    case = seen.case.with_(parameters={**seen.case.parameters, **parameters}, reduction=str(combination["reduction"]))
    if not seen.orders or spec.sampling is None:
        return _from_the_oracle(spec, case, seen.value)
    name = spec.sampling.input
    return min(_from_the_oracle(spec, probes.with_order(case, name, order), seen.value) for order in seen.orders)


def _from_the_oracle(spec: LossSpec, case: Case, value: Array) -> float:
    """The largest difference, relative above 1; a case that the oracle cannot decide speaks against nobody."""
    from rankproof.conformance.oracle import answer
    from rankproof.conformance.oracle.errors import Undecided

    try:
        right = answer(spec, case).value
    except Undecided:
        return 0.0
    if right.shape != value.shape:
        return np.inf
    same = (value == right) | (np.isnan(value) & np.isnan(right))
    with np.errstate(invalid="ignore"):
        distances = np.abs(value - right) / (1 + np.abs(right))
    return float(np.max(np.where(np.isnan(distances), np.inf, distances)[~same], initial=0.0))


def _by_shape(observations: Sequence[Observation], usual: str, offered: Sequence[str]) -> str:
    """The reduction of a subject whose values match nothing: a result that is no scalar was not reduced."""
    if "none" in offered and any(seen.value.ndim > 0 for seen in observations):
        return "none"
    return usual
