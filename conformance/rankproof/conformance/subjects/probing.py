"""What a subject can be asked: its signature first, then a few small calls."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from rankproof.conformance.cases.case import Case
from rankproof.conformance.specification.model import Role
from rankproof.conformance.subjects import conventions, probes
from rankproof.conformance.subjects.plan import Arrangement, Kind
from rankproof.conformance.subjects.subject import Call, Capabilities, Outcome

if TYPE_CHECKING:
    from rankproof.conformance.subjects.adapter import Adapter

REDUCTIONS = ("none", "mean", "sum")
VALUE_ONLY = Call(gradient=False)


@dataclass(frozen=True)
class Probed:
    """The result of probing."""

    capabilities: Capabilities
    arrangement: Arrangement


def probe(adapter: Adapter) -> Probed:
    """Find out how the subject has to be called, what it can be asked, and which convention it follows."""
    spec, binding = adapter.spec, adapter.binding
    parameters = {**spec.defaults(), **{n: v for n, v in adapter.settings.items() if n in spec.parameters}}
    takes_reduction = "reduction" in binding.options and "reduction" not in adapter.settings
    usual = adapter.settings.get("reduction", spec.reduction.default)
    first = conventions.with_constants(probes.single(spec, parameters, usual), adapter)
    missing = _missing_by_signature(adapter)
    arrangement, first, refusal = _arrangement(adapter, first)
    if refusal:
        missing["call"] = f"every probing call raised, the first {refusal}"
    missing.update(_described(arrangement))
    if first.dtype != "float64":
        missing["float64"] = f"takes {first.dtype} and no float64"
    if not adapter.offers_gradient and not adapter.attempt(first, Call(), arrangement).gradient:
        missing["gradient"] = "offers no gradient"
    several = probes.batched(spec, parameters, usual, first.dtype)
    tried = adapter.attempt(several, VALUE_ONLY, arrangement)
    batch = not tried.raised or bool(refusal)
    if not batch:
        missing["batch"] = f"takes one list at a time: a batch of two raised {_said(tried)}"
    shown = several if batch else first
    reductions, reasons = _reductions(adapter, shown, arrangement) if takes_reduction else ((usual,), {})
    missing.update(reasons)
    draws, reason = _draws(adapter, first, arrangement)
    missing.update(reason)
    resolved = conventions.resolve(
        adapter,
        arrangement,
        parameters,
        reductions,
        known_reduction=takes_reduction or "reduction" in adapter.settings,
        batch=batch,
        usable=not refusal,
    )
    default = binding.reduction_default
    capabilities = Capabilities(
        parameters=frozenset(spec.parameters) & binding.options - set(adapter.settings),
        fixed=resolved.parameters,
        reductions=reductions if takes_reduction else (resolved.reduction,),
        default_reduction=default if takes_reduction and default in reductions else resolved.reduction,
        mask="mask" in binding.inputs,
        batch=batch,
        inputs=tuple(name for name in spec.inputs if name in binding.inputs),
        draws=draws,
        missing=missing,
    )
    return Probed(capabilities, arrangement)


def _missing_by_signature(adapter: Adapter) -> dict[str, str]:
    spec, taken = adapter.spec, adapter.binding.inputs
    missing = {}
    if spec.mask and "mask" not in taken:
        missing["mask"] = "takes no argument named mask"
    for name, declared in spec.inputs.items():
        if name not in taken:
            constant = f"; checked with {name} = {declared.omitted:g}" if declared.omitted is not None else ""
            missing[f"input {name}"] = f"takes no {name}{constant}"
    for name in spec.parameters:
        if name not in adapter.binding.options:
            missing[f"parameter {name}"] = f"takes no argument named {name}"
    return missing


def _arrangement(adapter: Adapter, case: Case) -> tuple[Arrangement, Case, str]:
    """The first way of calling that does not raise, in float64 or else float32; if all do, what the first raised."""
    refusal = ""
    for dtype in ("float64", "float32"):
        for arrangement in _arrangements(adapter):
            tried = adapter.attempt(case.with_(dtype=dtype), VALUE_ONLY, arrangement)
            if not tried.raised:
                return arrangement, case.with_(dtype=dtype), ""
            refusal = refusal or _said(tried)
    return Arrangement(), case, refusal


def _arrangements(adapter: Adapter) -> Iterator[Arrangement]:
    roles = {declared.role for declared in adapter.spec.inputs.values()}
    labels = (Kind.FLOAT, Kind.INTEGER) if roles & {Role.RELEVANCE, Role.SIGN} else (Kind.FLOAT,)
    booleans = (Kind.BOOLEAN, Kind.FLOAT, Kind.INTEGER) if Role.BOOLEAN in roles else (Kind.BOOLEAN,)
    for lifted, label, boolean in itertools.product((False, True), labels, booleans):
        yield Arrangement(lifted, label, boolean)


def _described(arrangement: Arrangement) -> dict[str, str]:
    missing = {}
    if arrangement.lifted:
        missing["single list"] = "takes batches only: one list is asked as a batch of one"
    if arrangement.labels is Kind.INTEGER:
        missing["float labels"] = "takes labels of integer type only"
    if arrangement.booleans is not Kind.BOOLEAN:
        missing["boolean labels"] = f"takes no booleans: asked with 0 and 1 of {arrangement.booleans} type"
    return missing


def _reductions(adapter: Adapter, case: Case, arrangement: Arrangement) -> tuple[tuple[str, ...], dict[str, str]]:
    tried = {name: adapter.attempt(case.with_(reduction=name), VALUE_ONLY, arrangement) for name in REDUCTIONS}
    offered = tuple(name for name, outcome in tried.items() if not outcome.raised)
    reasons = {f"reduction {name}": f"raised {_said(o)}" for name, o in tried.items() if o.raised and offered}
    return offered or REDUCTIONS, reasons


def _draws(adapter: Adapter, case: Case, arrangement: Arrangement) -> tuple[bool, dict[str, str]]:
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
