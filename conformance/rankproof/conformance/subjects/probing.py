"""What a subject can be asked: its signature first, then a few small calls."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from rankproof.conformance.cases.case import Case
from rankproof.conformance.specification.model import ParameterType, Role
from rankproof.conformance.subjects import conventions, probes
from rankproof.conformance.subjects.binding import labels_of
from rankproof.conformance.subjects.called import called_as
from rankproof.conformance.subjects.plan import Arrangement, Kind
from rankproof.conformance.subjects.probeable import Probeable
from rankproof.conformance.subjects.subject import Call, Capabilities, Outcome

REDUCTIONS = ("none", "mean", "sum")
VALUE_ONLY = Call(gradient=False)


@dataclass(frozen=True)
class Probed:
    """The result of probing."""

    capabilities: Capabilities
    arrangement: Arrangement


def probe(adapter: Probeable) -> Probed:
    """Find out how the subject has to be called, what it can be asked, and which convention it follows.

    One that takes no null where the spec has null is asked with a number instead, as if that were a setting.
    """
    found, settings = _probed(adapter), adapter.settings
    if "call" not in found.capabilities.missing:
        return found
    for name, value in _instead_of_null(adapter):
        adapter.settle({**settings, name: value})
        other = _probed(adapter)
        if "call" not in other.capabilities.missing:
            told = f"takes no null: asked with {name} = {value!r}; set another value if that is not what it means"
            missing = {**other.capabilities.missing, f"parameter {name}": told}
            return replace(other, capabilities=replace(other.capabilities, missing=missing))
    adapter.settle(settings)
    return found


def _instead_of_null(adapter: Probeable) -> Iterator[tuple[str, Any]]:
    """For each parameter that is passed as null the numbers that libraries use, and the largest that is drawn."""
    spec = adapter.spec
    for name in sorted(adapter.binding.options & frozenset(spec.parameters) - set(adapter.settings)):
        declared = spec.parameters[name]
        if declared.default is None:
            used = [convention.value for convention in spec.conventions.get(name, ())]
            number = int if declared.type is ParameterType.INTEGER else float
            yield from ((name, number(value)) for value in [*used, *(declared.drawn or ())[1:]] if value is not None)


def _probed(adapter: Probeable) -> Probed:
    spec, binding, settings = adapter.spec, adapter.binding, adapter.settings
    parameters = {**spec.defaults(), **{name: settings[name] for name in spec.parameters if name in settings}}
    usual = settings.get("reduction", spec.reduction.default)
    chooses = "reduction" in binding.options and "reduction" not in settings
    single = conventions.with_constants(probes.single(spec, parameters, usual), adapter)
    arrangement, single, refusal = _arrangement(adapter, single)
    several = conventions.with_constants(probes.batched(spec, parameters, usual, single.dtype), adapter)
    no_batch = {} if refusal else _batch(adapter, several, arrangement)
    shown = single if no_batch else several
    reductions, no_reduction = _reductions(adapter, shown, arrangement) if chooses else ((usual,), {})
    draws, no_draws = _draws(adapter, single, arrangement)
    resolved = conventions.resolve(
        adapter,
        arrangement,
        parameters,
        reductions,
        known_reduction=chooses or "reduction" in settings,
        batch=not no_batch,
        usable=not refusal,
    )
    default = binding.reduction_default
    capabilities = Capabilities(
        parameters=frozenset(spec.parameters) & binding.options - set(settings),
        fixed=resolved.parameters,
        reductions=reductions if chooses else (resolved.reduction,),
        default_reduction=default if chooses and default in reductions else resolved.reduction,
        mask="mask" in binding.inputs or binding.padding_label is not None,
        padding_label=binding.padding_label,
        batch=not no_batch,
        inputs=tuple(name for name in spec.inputs if name in binding.inputs),
        draws=draws,
        generator=binding.generator,
        missing={
            **({"transforms": adapter.untransformed} if adapter.untransformed else {}),
            **_missing_by_signature(adapter),
            **_missing_by_calling(adapter, single, arrangement, refusal),
            **no_batch,
            **no_reduction,
            **no_draws,
        },
        called=called_as(adapter.path, spec, binding),
        unmatched=resolved.unmatched,
    )
    return Probed(capabilities, arrangement)


def _missing_by_signature(adapter: Probeable) -> dict[str, str]:
    spec, taken = adapter.spec, adapter.binding.inputs
    missing = {}
    if spec.mask and "mask" not in taken and adapter.binding.padding_label is None:
        missing["mask"] = f"takes no argument named mask{_instead_of_mask(adapter)}"
    for name, declared in spec.inputs.items():
        if name not in taken:
            constant = f"; checked with {name} = {declared.omitted:g}" if declared.omitted is not None else ""
            missing[f"input {name}"] = f"takes no {name}{constant}"
    for name in spec.parameters:
        if name not in adapter.binding.options:
            missing[f"parameter {name}"] = f"takes no argument named {name}"
    return missing


def _instead_of_mask(adapter: Probeable) -> str:
    """What to do about padding that a subject knows of in another way."""
    padding = adapter.binding.padding
    if padding:
        return f"; {padding} is its opposite: wrap it in a function that takes mask and passes {padding}=~mask"
    return "; if a label such as -1 marks padding, say --set padding=-1" if labels_of(adapter.spec) else ""


def _arrangement(adapter: Probeable, case: Case) -> tuple[Arrangement, Case, str]:
    """The first way of calling that does not raise, in float64 or else float32; if all do, what the first raised."""
    refusal = ""
    for dtype in ("float64", "float32"):
        for arrangement in _arrangements(adapter):
            tried = adapter.attempt(case.with_(dtype=dtype), VALUE_ONLY, arrangement)
            if not tried.raised:
                return arrangement, case.with_(dtype=dtype), ""
            refusal = refusal or _said(tried)
    return Arrangement(), case, refusal


def _arrangements(adapter: Probeable) -> Iterator[Arrangement]:
    roles = {declared.role for declared in adapter.spec.inputs.values()}
    labels = (Kind.FLOAT, Kind.INTEGER) if roles & {Role.RELEVANCE, Role.SIGN} else (Kind.FLOAT,)
    numbers = [Kind.FLOAT, Kind.INTEGER] if Role.BOOLEAN in roles else []
    holds_label = numbers and adapter.binding.padding_label is not None  # which no boolean does
    booleans = numbers if holds_label else [Kind.BOOLEAN, *numbers]
    for lifted, label, boolean in itertools.product((False, True), labels, booleans):
        yield Arrangement(lifted, label, boolean)


def _missing_by_calling(adapter: Probeable, case: Case, arrangement: Arrangement, refusal: str) -> dict[str, str]:
    missing = {}
    if refusal:
        missing["call"] = f"every probing call raised, the first {refusal}"
    if arrangement.lifted:
        missing["single list"] = "takes batches only: one list is asked as a batch of one"
    if arrangement.labels is Kind.INTEGER:
        missing["float labels"] = "takes labels of integer type only"
    if arrangement.booleans is not Kind.BOOLEAN:
        missing["boolean labels"] = f"takes no booleans: asked with 0 and 1 of {arrangement.booleans} type"
    if case.dtype != "float64":
        missing["float64"] = f"takes {case.dtype} and no float64"
    if not adapter.offers_gradient and not adapter.attempt(case, Call(), arrangement).gradient:
        missing["gradient"] = "offers no gradient"
    return missing


def _batch(adapter: Probeable, several: Case, arrangement: Arrangement) -> dict[str, str]:
    tried = adapter.attempt(several, VALUE_ONLY, arrangement)
    reason = f"takes one list at a time: a batch of two raised {_said(tried)}"
    return {"batch": reason} if tried.raised else {}


def _reductions(adapter: Probeable, case: Case, arrangement: Arrangement) -> tuple[tuple[str, ...], dict[str, str]]:
    """Those that do not raise, and the subject's own default: raising there is no refusal but a defect."""
    tried = {name: adapter.attempt(case.with_(reduction=name), VALUE_ONLY, arrangement) for name in REDUCTIONS}
    default = adapter.binding.reduction_default
    offered = tuple(name for name, outcome in tried.items() if not outcome.raised or name == default)
    if all(tried[name].raised for name in offered):
        return REDUCTIONS, {}
    return offered, {f"reduction {name}": f"raised {_said(tried[name])}" for name in REDUCTIONS if name not in offered}


def _draws(adapter: Probeable, case: Case, arrangement: Arrangement) -> tuple[bool, dict[str, str]]:
    sampling = adapter.spec.sampling
    if sampling is None:
        return False, {}
    if sampling.input not in adapter.binding.inputs:
        return True, {}
    tried = adapter.attempt(case, replace(VALUE_ONLY, omit=(sampling.input,)), arrangement)
    if tried.raised:
        return False, {"draws": f"does not draw by itself: without {sampling.input} it raised {_said(tried)}"}
    return True, {}


def _said(outcome: Outcome) -> str:
    first: Any = outcome.message.strip().splitlines() or [""]
    return f"{outcome.error}: {first[0]}"
