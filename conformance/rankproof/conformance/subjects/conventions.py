"""Which of the declared conventions a subject follows in the parameters that it does not take."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from rankproof.conformance.cases.case import Array, Case
from rankproof.conformance.specification.model import LossSpec, ParameterSpec, ParameterType
from rankproof.conformance.subjects import probes
from rankproof.conformance.subjects.plan import Arrangement
from rankproof.conformance.subjects.subject import Call

if TYPE_CHECKING:
    from rankproof.conformance.subjects.adapter import Adapter

MOST_COMBINATIONS = 300
DRAWS = 4  # calls of a subject that draws, each with another seed


@dataclass(frozen=True)
class Resolved:
    """The value that each parameter has which the subject does not take, and its reduction if it takes none."""

    parameters: Mapping[str, Any]
    reduction: str
    matched: bool  # whether some combination gave the subject's values


@dataclass(frozen=True, eq=False)
class Observation:
    """What the subject returned; with ``orders``, one of the values over these orders is right."""

    case: Case
    value: Array
    orders: tuple[tuple[int, ...], ...] = ()


def resolve(
    adapter: Adapter,
    arrangement: Arrangement,
    parameters: Mapping[str, Any],
    reductions: Sequence[str],
    *,
    known_reduction: bool,
    batch: bool,
    usable: bool,
) -> Resolved:
    """The declared combination that gives the subject's values, the fewest departures from the defaults first.

    Where none does, the defaults: the subject is then held against those.
    """
    spec = adapter.spec
    free = [name for name in spec.parameters if name not in adapter.binding.options]
    choices = {name: candidates(spec, name, parameters[name], name in adapter.settings) for name in free}
    usual = spec.reduction.default if spec.reduction.default in reductions else reductions[0]
    choices["reduction"] = [usual] if known_reduction else [usual, *(r for r in ("mean", "sum", "none") if r != usual)]
    asked = adapter.binding.options - set(adapter.settings)
    constants = {name: parameters[name] for name in spec.parameters if name not in asked}
    defaults = Resolved(constants, usual, matched=False)
    if not usable or all(len(values) == 1 for values in choices.values()):
        return defaults
    if not _oracle_available():
        return defaults
    observations = observe(adapter, arrangement, parameters, usual, batch=batch)
    for combination in combinations(choices):
        reduction = combination["reduction"]
        chosen = {name: value for name, value in combination.items() if name != "reduction"}
        if observations and all(_matches(spec, seen, chosen, reduction) for seen in observations):
            return Resolved({**constants, **chosen}, reduction, matched=True)
    return replace(defaults, reduction=_by_shape(observations, usual, choices["reduction"]))


def candidates(spec: LossSpec, name: str, default: Any, settled: bool) -> list[Any]:
    """The values that a parameter may have in a subject that does not take it, the default first."""
    declared: ParameterSpec = spec.parameters[name]
    if settled or (spec.sampling and name == spec.sampling.replacement):  # acts on the law alone, not on a value
        return [default]
    if declared.type is ParameterType.CHOICE:
        others: list[Any] = list(declared.choices)
    elif declared.type is ParameterType.BOOLEAN:
        others = [False, True]
    else:
        others = [convention.value for convention in spec.conventions.get(name, ())]
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


def with_constants(case: Case, adapter: Adapter) -> Case:
    """The case with every input that the subject lacks at the constant that the spec declares for that."""
    constants = {
        name: np.full(case.inputs[name].shape, declared.omitted)
        for name, declared in adapter.spec.inputs.items()
        if declared.omitted is not None and name not in adapter.binding.inputs
    }
    return case.with_(inputs={**case.inputs, **constants})


def observe(
    adapter: Adapter, arrangement: Arrangement, parameters: Mapping[str, Any], reduction: str, *, batch: bool
) -> list[Observation]:
    """The subject's values on a few fixed cases; those on which it raises are left out."""
    spec, sampling = adapter.spec, adapter.spec.sampling
    if sampling is not None and sampling.input not in adapter.binding.inputs:
        return _observed_draws(adapter, arrangement, parameters, reduction)
    first, second = (probes.single(spec, parameters, reduction, row) for row in (0, 1))
    several = probes.batched(spec, parameters, reduction) if batch else second
    cases = (several, first, probes.nothing_relevant(several, spec))
    observations = []
    for case in (with_constants(case, adapter) for case in cases):
        outcome = adapter.attempt(case, Call(gradient=False), arrangement)
        if outcome.value is not None:
            observations.append(Observation(case, outcome.value))
    return observations


def _observed_draws(
    adapter: Adapter, arrangement: Arrangement, parameters: Mapping[str, Any], reduction: str
) -> list[Observation]:
    observations = []
    orders = tuple(itertools.permutations(range(3)))
    for row in (0, 1, 2):
        case = probes.one_positive(adapter.spec, parameters, reduction, row)
        for seed in range(DRAWS):
            outcome = adapter.attempt(case, Call(gradient=False, seed=seed), arrangement)
            if outcome.value is not None:
                observations.append(Observation(case, outcome.value, orders))
    return observations


def _matches(spec: LossSpec, seen: Observation, chosen: Mapping[str, Any], reduction: str) -> bool:
    case = seen.case.with_(parameters={**seen.case.parameters, **chosen}, reduction=reduction)
    if not seen.orders or spec.sampling is None:
        return _agrees(spec, case, seen.value)
    name = spec.sampling.input
    return any(_agrees(spec, probes.with_order(case, name, order), seen.value) for order in seen.orders)


def _agrees(spec: LossSpec, case: Case, value: Array) -> bool:
    """Whether the oracle's value for the case is the subject's; a case that it cannot decide speaks against nobody."""
    from rankproof.conformance.oracle import answer
    from rankproof.conformance.oracle.errors import Undecided

    try:
        right = answer(spec, case)
    except Undecided:
        return True
    if right.value.shape != value.shape:
        return False
    judgement = right.judge_value(value)
    return not judgement.judged or judgement.share <= 1


def _oracle_available() -> bool:
    import importlib.util

    return importlib.util.find_spec("rankproof.conformance.oracle.evaluate") is not None


def _by_shape(observations: Sequence[Observation], usual: str, offered: Sequence[str]) -> str:
    """The reduction of a subject whose values match nothing: a result that is no scalar was not reduced."""
    if "none" in offered and any(seen.value.ndim > 0 for seen in observations):
        return "none"
    return usual
