"""Putting a case to the subject and holding what comes back against the oracle."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from rankproof.conformance.cases.case import Array, Case
from rankproof.conformance.checks.clause import Context, Divergence, NotRun, Observation, Tally
from rankproof.conformance.oracle import answer
from rankproof.conformance.oracle.answer import Answer, Judgement
from rankproof.conformance.subjects.subject import Call, Outcome
from rankproof.conformance.verdict.error_size import error_text
from rankproof.conformance.verdict.values import share_text


def expect(context: Context, case: Case) -> Answer:
    """The oracle's answer; raises Undecided on a discontinuity, NotRun where the subject takes too little."""
    for name in context.spec.inputs:
        if name not in case.inputs and not context.spec.may_be_left_out(name):
            raise NotRun(context.capabilities.missing.get(f"input {name}", f"takes no {name}"))
    return answer(context.spec, case)


def ask(context: Context, case: Case, call: Call = Call()) -> Outcome:
    """The subject's outcome; an error of its own is a divergence."""
    outcome = context.subject.run(case, call)
    if outcome.raised:
        problem = f"it raised {outcome.error}: {outcome.message}{outcome.where}"
        raise Divergence(
            problem,
            Observation(case, call),
            quantity="raised",
            got=f"{outcome.error}: {outcome.message}",
            expected="a value",
        )
    return outcome


BEYOND = 1e18  # budgets; where 0 is due the budget is as good as none, and a multiple of it says nothing


def _tell(share: float, got: Any, expected: Any) -> str:
    if not np.isfinite(share):
        return "NaN or infinite where a number is due"
    beyond = f"{share_text(share)} times the error budget" if share < BEYOND else "wholly wrong"
    error = error_text(_plain(got), _plain(expected))
    return f"off by {error}, {beyond}" if error else beyond


_FLOAT32_ERROR = 2.0**-20  # relative: of a handful of operations


def _is_of_float32(got: Any, expected: Any) -> bool:
    """Whether float64 numbers are close, but all of them are numbers of float32, where those expected are not."""
    if isinstance(got, Mapping):
        return all(_is_of_float32(got[name], expected[name]) for name in got)
    numbers, due = np.asarray(got, np.float64), np.asarray(expected, np.float64)
    with np.errstate(over="ignore"):
        exact = np.array_equal(numbers, numbers.astype(np.float32))
        due_is_too = np.array_equal(due, due.astype(np.float32))
    return exact and not due_is_too and np.allclose(numbers, due, rtol=_FLOAT32_ERROR, atol=0.0)


def _plain(value: Any) -> Any:
    """Lists, whose difference is taken in float64 whatever the dtype is."""
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    return np.asarray(value, dtype=float).tolist()


def _count(judgement: Judgement, tally: Tally) -> bool:
    if not judgement.judged:
        tally.not_judged += 1
        tally.not_judged_reason = judgement.reason
        return False
    tally.count(judgement.share)
    return True


def judge_value(context: Context, case: Case, outcome: Outcome, tally: Tally, call: Call = Call()) -> None:
    """The value lies within its error budget, and has its shape."""
    assert outcome.value is not None
    expected = expect(context, case).value
    if outcome.value.shape != expected.shape:
        problem = f"the value has shape {list(outcome.value.shape)}, expected {list(expected.shape)}"
        raise Divergence(problem, Observation(case, call), quantity="value", got=outcome.value, expected=expected)
    judgement = expect(context, case).judge_value(outcome.value)
    settle(judgement, outcome.value, Observation(case, call), tally, "value")


def judge_dtype(case: Case, outcome: Outcome, call: Call) -> None:
    """The value has the dtype of the scores; a Python number has none."""
    if outcome.dtype not in (None, case.dtype):
        raise Divergence(
            f"the value is of {outcome.dtype} for scores of {case.dtype}",
            Observation(case, call),
            quantity="dtype",
            got=outcome.dtype,
            expected=case.dtype,
        )


def require_gradient(context: Context, case: Case, outcome: Outcome, call: Call = Call()) -> dict[str, Array]:
    """The gradient; one that the subject does not offer at all cannot be asked, one that fails is a divergence."""
    if "gradient" in context.capabilities.missing:
        raise NotRun(context.capabilities.missing["gradient"])
    if outcome.gradient_error is not None:
        problem = f"it has no gradient: {outcome.gradient_error}"
        raise Divergence(
            problem, Observation(case, call), quantity="gradient", got=outcome.gradient_error, expected="a gradient"
        )
    return dict(outcome.gradient)


def judge_gradient(context: Context, case: Case, outcome: Outcome, tally: Tally, call: Call = Call()) -> None:
    """The gradient is a member of the gradient set, within its error budget."""
    got = require_gradient(context, case, outcome, call)
    judgement = expect(context, case).judge_gradient(got)
    settle(judgement, got, Observation(case, call), tally, "gradient")


def settle(judgement: Judgement, got: Any, observation: Observation, tally: Tally, what: str) -> None:
    """Count a judgement; one beyond the budget is a divergence of ``what`` it is that was got."""
    if _count(judgement, tally) and not judgement.share <= 1:
        in_float32 = observation.case.dtype == "float64" and _is_of_float32(got, judgement.expected)
        signature = "; all its numbers are those of float32, so something is computed in it" if in_float32 else ""
        raise Divergence(
            f"the {what} is {_tell(judgement.share, got, judgement.expected)}{signature}",
            observation,
            quantity="gradient" if isinstance(got, Mapping) else "value",
            got=got,
            expected=judgement.expected,
            budget=judgement.budget,
            share=judgement.share,
        )


def judge(context: Context, case: Case, tally: Tally, call: Call = Call()) -> Outcome:
    """Value and gradient together."""
    expect(context, case)
    outcome = ask(context, case, call)
    judge_value(context, case, outcome, tally, call)
    if call.gradient and "gradient" not in context.capabilities.missing:
        judge_gradient(context, case, outcome, tally, call)
    return outcome
