"""The clauses on batches: a batch equals its lists, and padding is not there."""

from __future__ import annotations

from hypothesis import strategies as st

from rankproof.conformance.cases.case import Case
from rankproof.conformance.cases.draw import Plan
from rankproof.conformance.checks.clause import Clause, Context, Divergence, NotRun, Observation, Tally
from rankproof.conformance.checks.judge import ask, judge
from rankproof.conformance.specification.model import LossSpec
from rankproof.conformance.specification.sections import section
from rankproof.conformance.subjects.subject import Call, Outcome
from rankproof.conformance.verdict.finding import Level


def only(case: Case, row: int) -> Case:
    """One list of a batch, or what lies at one place of its first axis."""
    inputs = {name: array[row] for name, array in case.inputs.items()}
    upstream = case.upstream[row] if case.upstream is not None and case.reduction == "none" else case.upstream
    return case.with_(inputs=inputs, mask=None if case.mask is None else case.mask[row], upstream=upstream)


def _with_one_axis(case: Case) -> Case:
    """The same lists along one batch axis, instead of the two leading ones."""
    inputs = {name: array.reshape(-1, *array.shape[2:]) for name, array in case.inputs.items()}
    return case.with_(inputs=inputs)


def _judge_batch(context: Context, case: Case, tally: Tally) -> Outcome:
    """A batch; where more than one axis is what goes wrong, the divergence says so."""
    try:
        return judge(context, case, tally)
    except Divergence as found:
        name, array = next(iter(case.inputs.items()))
        nested = array.ndim - len(context.spec.inputs[name].axes) > 1
        if nested and _is_right(context, _with_one_axis(case)):
            found.problem += "; the same lists along one batch axis are right"
        raise


def _is_right(context: Context, case: Case) -> bool:
    try:
        judge(context, case, Tally())
    except Divergence:
        return False
    return True


def check_batching(context: Context, case: Case, tally: Tally) -> None:
    """A batch is right, and each of its lists alone has the value that it has in the batch."""
    whole = _judge_batch(context, case, tally)
    tally.admissible = context.capabilities.missing.get("single list", "")
    if case.reduction != "none" or any(array.ndim < 2 for array in case.inputs.values()):
        return
    rows = next(iter(case.inputs.values())).shape[0]
    if next(iter(case.inputs.values())).ndim != 2:
        return
    for row in range(rows):
        alone = only(case, row)
        outcome = ask(context, alone, Call(gradient=False))
        assert whole.value is not None
        assert outcome.value is not None
        if outcome.value.shape != whole.value[row].shape:
            raise Divergence(
                f"list {row} alone gives shape {outcome.value.shape}, in the batch {whole.value[row].shape}",
                Observation(alone, Call(gradient=False)),
                quantity="value",
                got=outcome.value,
                expected=whole.value[row],
            )
        judge(context, alone, tally, Call(gradient=False))


def check_padding(context: Context, case: Case, tally: Tally) -> None:
    """What the padding holds changes nothing, and its gradient is exactly zero."""
    judge(context, case, tally)


def padded(context: Context, **changes: object) -> st.SearchStrategy[Case]:
    """Batches of lists of unequal length, with padding."""
    if context.spec.mask is None:
        raise NotRun("the loss has no mask")
    if not context.capabilities.mask:
        raise NotRun(context.capabilities.missing.get("mask", "takes no mask"))
    batches = ((), (2,), (3,)) if context.capabilities.batch else ((),)
    plan = Plan(batches=batches, masked=True, padding=None, reductions=context.capabilities.reductions)
    return context.drawn(plan)


def _batches(context: Context) -> st.SearchStrategy[Case]:
    if not context.meant_for_batches:
        raise NotRun(context.capabilities.missing.get("batch", "takes one list at a time"))
    return context.drawn(Plan(batches=((2,), (3,), (1,), (2, 2)), reductions=(context.finest_reduction,)))


def clauses(spec: LossSpec) -> list[Clause]:
    """Batching for every loss, padding where the spec has a mask."""
    found = [Clause("batching", Level.CORRECT, section("batching"), _batches, check_batching)]
    if spec.mask is not None:
        found.append(Clause("padding", Level.CORRECT, section("padding"), padded, check_padding, weight=2.0))
    return found
