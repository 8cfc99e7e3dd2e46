"""The clauses on bad input: it raises, and the message names the argument."""

from __future__ import annotations

from functools import partial

import numpy as np

from rankproof.conformance.cases.case import Case
from rankproof.conformance.checks.clause import Clause, Context, Divergence, NotRun, Observation, Tally
from rankproof.conformance.checks.worked import parameters_of
from rankproof.conformance.specification.model import Invalid, LossSpec
from rankproof.conformance.specification.sections import section
from rankproof.conformance.specification.worked import case_inputs
from rankproof.conformance.subjects.subject import Call
from rankproof.conformance.verdict.finding import Level

_CALL = Call(gradient=False)


def check_invalid(entry: Invalid, context: Context, case: Case, tally: Tally) -> None:
    """Raising the stated error, naming the argument, conforms; raising anything else is admissible."""
    outcome = context.subject.run(case, _CALL)
    tally.count(0.0)
    if not outcome.raised:
        raise Divergence(
            f"it accepted a bad {entry.argument}. {entry.why}",
            Observation(case, _CALL),
            quantity="accepted",
            got=outcome.value,
            expected=f"{entry.error} naming {entry.argument!r}",
        )
    if outcome.error != entry.error:
        tally.admissible = f"raised {outcome.error} instead of {entry.error}"
    elif entry.argument not in outcome.message:
        tally.admissible = f"raised {outcome.error}, whose message does not name {entry.argument!r}"


def _case(entry: Invalid, context: Context) -> tuple[Case, ...]:
    able = context.capabilities
    foreign = [name for name in entry.parameters if name not in able.parameters]
    if foreign:
        raise NotRun(f"takes no {', '.join(foreign)}")
    inputs = case_inputs(context.spec, entry)
    if entry.argument in inputs and entry.argument not in able.inputs:
        raise NotRun(able.missing.get(f"input {entry.argument}", f"takes no {entry.argument}"))
    marks_padding = able.padding_label is not None and entry.argument in inputs
    if marks_padding and bool(np.any(inputs[entry.argument] == able.padding_label)):
        raise NotRun(f"{able.padding_label:g} in {entry.argument} marks padding in it")
    mask = None if entry.mask is None else np.array(entry.mask, dtype=np.bool_)
    if mask is not None and (not able.mask or able.padding_label is not None):
        raise NotRun(able.missing.get("mask", "takes no mask"))
    parameters = {**parameters_of(context, {}), **entry.parameters}
    return (Case(inputs, parameters, able.default_reduction, context.dtype, mask, family=entry.id),)


def _unknown_reduction(context: Context) -> tuple[Case, ...]:
    if len(context.capabilities.reductions) < 2:
        raise NotRun("offers no reduction")
    example = context.spec.edge_cases[-1] if not context.spec.examples else context.spec.examples[0]
    inputs = case_inputs(context.spec, example)
    parameters = parameters_of(context, {})
    return (Case(inputs, parameters, "average", context.dtype, family="unknown_reduction"),)


def clauses(spec: LossSpec) -> list[Clause]:
    """One clause for each kind of bad input that the spec lists, and an unknown reduction for every loss."""
    found = [
        Clause(
            f"invalid.{each.id}", Level.ROBUST, str(each.location), partial(_case, each), partial(check_invalid, each)
        )
        for each in spec.invalid
    ]
    unknown = Invalid(
        "reduction",
        "A misspelt reduction must not fall through to another.",
        None,
        {},
        None,
        {},
        "reduction",
        "ValueError",
        spec.reduction.location,
    )
    check = partial(check_invalid, unknown)
    found.append(Clause("invalid.reduction", Level.ROBUST, section("invalid"), _unknown_reduction, check))
    return found
