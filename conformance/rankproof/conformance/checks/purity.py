"""The clauses on what a call must not do to, or demand of, its inputs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from hypothesis import strategies as st

from rankproof.conformance.cases.case import Array, Case
from rankproof.conformance.cases.draw import Plan
from rankproof.conformance.checks.batches import padded
from rankproof.conformance.checks.clause import Check, Clause, Context, Divergence, NotRun, Observation, Tally
from rankproof.conformance.checks.judge import ask, judge
from rankproof.conformance.specification.model import LossSpec, Role
from rankproof.conformance.specification.sections import section
from rankproof.conformance.subjects.subject import Call
from rankproof.conformance.verdict.finding import Level

_LABELS = (Role.RELEVANCE, Role.SIGN)


def check_inputs(context: Context, case: Case, tally: Tally) -> None:
    """The call leaves its inputs as they were."""
    outcome = ask(context, case)
    tally.count(0.0)
    if outcome.modified:
        raise Divergence(
            f"the call changed {', '.join(outcome.modified)} in place",
            Observation(case),
            quantity="inputs",
            got=list(outcome.modified),
            expected="inputs left as they were",
        )


def check_call(call: Call, context: Context, case: Case, tally: Tally) -> None:
    """Value and gradient, called in an unusual but legal way."""
    judge(context, case, tally, call)


def check_labels(context: Context, case: Case, tally: Tally) -> None:
    """Labels as integers; and relevance, made binary, as booleans."""
    judge(context, case, tally, Call(integer_labels=True))
    relevance = [name for name in context.capabilities.inputs if context.spec.inputs[name].role is Role.RELEVANCE]
    if relevance:
        binary = {name: (case.inputs[name] > 0).astype(np.float64) for name in relevance}
        judge(context, case.with_(inputs={**case.inputs, **binary}), tally, Call(boolean_labels=True))


def check_single_grad(context: Context, case: Case, tally: Tally) -> None:
    """Each score input alone may require a gradient, or none of them."""
    judge(context, case, tally, Call(gradient=False, requires_grad=()))
    for name in context.spec.score_inputs:
        judge(context, case, tally, Call(requires_grad=(name,)))


def check_padding_nan(context: Context, case: Case, tally: Tally) -> None:
    """NaN in the padding reaches neither the value nor the gradient."""
    assert case.mask is not None
    inputs = {
        name: np.where(case.mask, array, np.nan) if context.spec.inputs[name].role is Role.SCORE else array
        for name, array in case.inputs.items()
    }
    judge(context, case.with_(inputs=inputs), tally)


def _plain(context: Context) -> st.SearchStrategy[Case]:
    return context.drawn(Plan(batches=context.batches))


def _plain_or_padded(context: Context) -> st.SearchStrategy[Case]:
    takes_mask = context.spec.mask is not None and context.capabilities.mask
    return st.one_of(_plain(context), padded(context)) if takes_mask else _plain(context)


def _constant(array: Array, axes: int) -> Array:
    """The first list for the whole batch; of one list the first number for all positions."""
    alone = array[..., :1] if array.ndim == axes else array[:1]
    return np.array(np.broadcast_to(alone, array.shape))


def _expanded(context: Context) -> st.SearchStrategy[Case]:
    """Batches in which some inputs are the same for every list, or one list in which some are constant."""
    able, spec = context.capabilities, context.spec
    batches = ((2,), (3,)) if able.batch else ((),)
    taken = [name for name in able.inputs if able.batch or not spec.inputs[name].holds_positions]
    plan = Plan(batches=batches, smallest=2, upstream=True, reductions=able.reductions)

    def with_constants(case: Case, names: list[str]) -> Case:
        given = [name for name in names if name in case.inputs]
        constant = {name: _constant(case.inputs[name], len(spec.inputs[name].axes)) for name in given}
        return case.with_(inputs={**case.inputs, **constant}, certified=False)

    names = st.lists(st.sampled_from(taken), min_size=1, unique=True)
    return st.tuples(context.drawn(plan), names).map(lambda both: with_constants(*both))


def _labelled(context: Context) -> st.SearchStrategy[Case]:
    taken = [name for name in context.capabilities.inputs if context.spec.inputs[name].role in _LABELS]
    if not taken:
        raise NotRun("takes no label that could be an integer")
    return _plain(context)


def clauses(spec: LossSpec) -> list[Clause]:
    """Purity, one clause for each way in which libraries fail at it."""
    rows: list[tuple[str, Callable[[Context], st.SearchStrategy[Case]], Check]] = [
        ("inputs", _plain_or_padded, check_inputs),
        ("strides", _plain, partial(check_call, Call(strided=True))),
        ("expanded", _expanded, partial(check_call, Call(expanded=True))),
        ("single_grad", _plain, check_single_grad),
    ]
    if any(each.role in _LABELS for each in spec.inputs.values()):
        rows.append(("labels", _labelled, check_labels))
    if spec.mask is not None:
        rows.append(("padding_nan", padded, check_padding_nan))
    return [
        Clause(f"purity.{name}", Level.ROBUST, section("purity"), drawn, check, weight=0.5)
        for name, drawn, check in rows
    ]
