"""What probing found out about a subject, for the head of a report."""

from __future__ import annotations

from collections.abc import Collection

from rankproof.conformance.specification.model import LossSpec, ParameterSpec, ParameterType, Reduction
from rankproof.conformance.subjects.subject import Subject
from rankproof.conformance.verdict.asked import Asked

RETURNS = {"none": "one value for each {unit}", "mean": "the mean over all {unit}s", "sum": "the sum over all {unit}s"}


def asked_of(spec: LossSpec, subject: Subject, settings: Collection[str] = ()) -> Asked:
    """How the subject is asked; ``settings`` are the parameters that the user has set."""
    able = subject.capabilities()
    settable = {
        name: _values(declared)
        for name, declared in spec.parameters.items()
        if name not in able.parameters and name not in settings
    }
    returns = ""
    if len(able.reductions) == 1 and "reduction" not in settings:
        settable["reduction"] = "|".join(RETURNS)
    if len(able.reductions) == 1:
        returns = _returned(able.reductions[0], spec.reduction)
    conventions = {name: able.fixed[name] for name in spec.parameters if name in able.fixed}
    return Asked(spec.loss, subject.name, subject.device, able.called, returns, conventions, able.unmatched, settable)


def _returned(reduction: str, units: Reduction) -> str:
    """What its result is taken for; where units count by a denominator of their own, a mean is one over the batch."""
    if reduction == "mean" and units.denominator is not None:
        return "the mean over the batch"
    return RETURNS[reduction].format(unit=units.unit)


def _values(declared: ParameterSpec) -> str:
    """What a parameter can be set to."""
    if declared.type is ParameterType.CHOICE:
        return "|".join(declared.choices)
    return "true|false" if declared.type is ParameterType.BOOLEAN else "NUMBER"
