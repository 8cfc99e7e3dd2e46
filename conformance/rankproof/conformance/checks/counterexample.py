"""From a divergence to what a report shows: plain values, and a snippet that fails in the same way."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from rankproof.conformance.cases.case import Case
from rankproof.conformance.checks.clause import Context, Divergence, Observation
from rankproof.conformance.checks.cost_snippet import cost_snippet
from rankproof.conformance.checks.drawn_snippet import drawn_snippet
from rankproof.conformance.checks.state_snippet import seeding_snippet, state_snippet
from rankproof.conformance.subjects.literals import literal
from rankproof.conformance.verdict.finding import Counterexample


def plain(value: Any) -> Any:
    """Arrays as nested lists, mappings of them likewise; everything else as it is."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value


def empty_shapes(case: Case) -> dict[str, str]:
    """The shapes of inputs that hold nothing: as lists, those of shape [0] and of shape [0, 3] are the same."""
    return {name: str(array.shape) for name, array in case.inputs.items() if not array.size}


def counterexample(context: Context, divergence: Divergence) -> Counterexample:
    """The divergence's case, as the subject saw it."""
    case = divergence.observation.case
    return Counterexample(
        problem=divergence.problem,
        inputs={
            name: plain(array) for name, array in case.inputs.items() if name not in divergence.observation.call.omit
        },
        parameters=plain(case.parameters),
        reduction=case.reduction,
        dtype=case.dtype,
        got=plain(divergence.got),
        expected=plain(divergence.expected),
        share=None if divergence.share is None else float(divergence.share),
        snippet=snippet(context, divergence),
        mask=plain(case.mask),
        upstream=plain(case.upstream),
        family=case.family,
        shapes=empty_shapes(case),
    )


def _literal(value: Any) -> str:
    """Python source of a plain value, NaN and infinity included."""
    text = literal(plain(value))
    return text.replace("nan", "float('nan')").replace("inf", "float('inf')").replace("-float('inf')", "float('-inf')")


_CLOSE = """\
import numpy

def close(got, expected, budget):
    got, expected = numpy.asarray(got, dtype=float), numpy.asarray(expected, dtype=float)
    assert got.shape == expected.shape, f"shape {got.shape}, expected {expected.shape}"
    same = (numpy.isnan(got) & numpy.isnan(expected)) | (got == expected)
    assert (same | (abs(got - expected) <= budget)).all(), f"got {got.tolist()}, expected {expected.tolist()}"
"""


def _call(context: Context, observation: Observation) -> str:
    source = context.subject.snippet(observation.case, observation.call)
    return "\n".join(_over(observation.case, line) for line in source.split("\n"))


def _over(case: Case, line: str) -> str:
    """The line that makes an input, so many times over as the case is to be repeated."""
    made = re.match(r"(?:leaf_)?(\w+) = .*\[", line)
    if not made or made[1] not in case.inputs or "repeated" not in case.notes:
        return line
    inner = r"\[[^\[\]]*\]" if case.inputs[made[1]].ndim == 1 else r"\[.*\]"
    return re.sub(inner, lambda found: f"{found[0]} * {case.notes['repeated']}", line, count=1)


def _closeness(got: str, expected: Any, budget: Any, repeated: int = 1) -> str:
    shown = [_literal(each) for each in (expected, 0.0 if budget is None else budget)]
    shown = [f"{each} * {repeated}" if repeated > 1 and each.startswith("[") else each for each in shown]
    return f"close({got}, {', '.join(shown)})"


def _assertions(divergence: Divergence) -> list[str]:
    """What the subject's call has to satisfy, as source."""
    expected, budget = divergence.expected, divergence.budget
    repeated = divergence.observation.case.notes.get("repeated", 1)
    if divergence.quantity == "value":
        return [_closeness("value", expected, budget, repeated)]
    if divergence.quantity == "inputs":
        case = divergence.observation.case
        inputs = {**case.inputs, "mask": case.mask}
        return [_closeness(f"{name}.tolist()", inputs[name], None) for name in divergence.got]
    budgets = budget if isinstance(budget, Mapping) else {}
    return [_closeness(f"gradient[{name!r}]", expected[name], budgets.get(name), repeated) for name in expected]


_LOADING = ("specification", "subject_module =", 'sys.modules["subject_module"]')


def _same_twice(context: Context, divergence: Divergence, again: Observation) -> str:
    names = ["value"]
    if divergence.quantity == "gradient":
        names = [f"gradient[{name!r}]" for name in divergence.got]
    first = [f"first_{number} = {name}" for number, name in enumerate(names)]
    same = [f"close({name}, first_{number}, 0.0)" for number, name in enumerate(names)]
    # The second call is to meet the module as the first has left it, so it is not loaded again.
    second = [line for line in _call(context, divergence.observation).splitlines() if not line.startswith(_LOADING)]
    return "\n".join([_CLOSE, _call(context, again), *first, "", *second, *same, ""])


def snippet(context: Context, divergence: Divergence) -> str:
    """Python source that, executed, raises in the way that the report describes."""
    if divergence.quantity == "memory":
        return cost_snippet(context, **divergence.observation.case.notes)
    call = _call(context, divergence.observation)
    if divergence.quantity == "raised":
        return call
    if divergence.quantity == "drawn":
        return drawn_snippet(call, context.spec.score_inputs[0], divergence.outcomes)
    if divergence.quantity == "dtype":
        return f'{call}\nassert str(output.dtype).split(".")[-1] == {divergence.expected!r}, f"got {{output.dtype}}"\n'
    if divergence.quantity == "state":
        sources = list(divergence.expected.values())
        if divergence.against is None:
            return state_snippet(call, sources, divergence.problem)
        return seeding_snippet([call, _call(context, divergence.against)], sources, divergence.problem)
    if divergence.quantity == "accepted":
        return f"{call}\nraise AssertionError({f'it accepted this: expected {divergence.expected}'!r})\n"
    if divergence.quantity == "gradient" and not isinstance(divergence.expected, Mapping):
        return call  # differentiating raises by itself
    if divergence.against is not None and divergence.budget is None:
        return _same_twice(context, divergence, divergence.against)
    return "\n".join([_CLOSE, call, *_assertions(divergence), ""])
