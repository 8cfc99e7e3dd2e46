"""The clauses on the framework's transformations: each leaves value and gradient as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from rankproof.conformance.cases.case import Case
from rankproof.conformance.cases.draw import Plan
from rankproof.conformance.checks.batches import only
from rankproof.conformance.checks.clause import Check, Clause, Context, Divergence, NotRun, Observation, Tally
from rankproof.conformance.checks.judge import expect, judge_gradient, judge_value, settle
from rankproof.conformance.checks.reproducible import draw_cases
from rankproof.conformance.oracle.answer import Judgement
from rankproof.conformance.specification.model import InputSpec, LossSpec
from rankproof.conformance.specification.sections import section
from rankproof.conformance.subjects.subject import Call, Outcome, Transform
from rankproof.conformance.verdict.finding import Level

Drawn = st.SearchStrategy[Case] | tuple[Case, ...]

WORDS = {
    Transform.VMAP: "under torch.func.vmap",
    Transform.GRAD: "under torch.func.grad",
    Transform.COMPILE: "under torch.compile with a full graph and dynamic shapes",
    Transform.AUTOCAST: "within torch.autocast to bfloat16",
    Transform.DEVICE: "within another default device",
}
LENGTHS = (5, 7)  # of the lists with which a loss is compiled; torch compiles axes of length 0 and 1 apart
DRAWN = 5  # cases of which the last is asked: the first is as simple as can be, with all items masked


def asked(context: Context, case: Case, transform: Transform) -> Outcome:
    """The subject's outcome under a transformation; an error, in value or gradient, is a divergence."""
    call = Call(transform=transform)
    outcome = context.subject.run(case, call)
    if outcome.error == "Unavailable":
        raise NotRun(outcome.message)
    error = f"{outcome.error}: {outcome.message}" if outcome.raised else outcome.gradient_error
    if error is not None:
        problem = f"{WORDS[transform]} it raised {error}"
        raise Divergence(problem, Observation(case, call), quantity="raised", got=error, expected="a value")
    return outcome


def check(transform: Transform) -> Check:
    """Value and gradient under a transformation that leaves the call's arguments as they are."""

    def check_transformed(context: Context, case: Case, tally: Tally) -> None:
        _judge(context, case, asked(context, case, transform), tally, transform)

    return check_transformed


def _judge(context: Context, case: Case, outcome: Outcome, tally: Tally, transform: Transform) -> None:
    call = Call(transform=transform)
    expect(context, case)
    judge_value(context, case, outcome, tally, call)
    judge_gradient(context, case, outcome, tally, call)


def check_vmap(context: Context, case: Case, tally: Tally) -> None:
    """Each list of a batch on its own: reduced alone, where the subject offers no unreduced value."""
    outcome = asked(context, case, Transform.VMAP)
    if case.reduction == "none":
        _judge(context, case, outcome, tally, Transform.VMAP)
        return
    assert outcome.value is not None
    seen = Observation(case, Call(transform=Transform.VMAP))
    alone = [expect(context, only(case, row)) for row in range(len(next(iter(case.inputs.values()))))]
    if outcome.value.shape != (len(alone),):
        problem = f"the value has shape {list(outcome.value.shape)}, expected [{len(alone)}]"
        raise Divergence(problem, seen, quantity="value", got=outcome.value, expected=[each.value for each in alone])
    values = [told.judge_value(value) for told, value in zip(alone, outcome.value, strict=True)]
    settle(_stacked(values), outcome.value, seen, tally, "value")
    for name, gradient in outcome.gradient.items():
        parts = [told.judge_gradient({name: row}) for told, row in zip(alone, gradient, strict=True)]
        settle(_stacked(parts, name), {name: gradient}, seen, tally, "gradient")


def _stacked(judgements: Sequence[Judgement], name: str | None = None) -> Judgement:
    """The judgements of the lists as one, of values or of one input's gradients."""

    def stack(read: Callable[[Judgement], object]) -> object:
        if name is None:
            return np.stack([np.asarray(read(each)) for each in judgements])
        return {name: np.stack([read(each)[name] for each in judgements])}  # type: ignore[index]

    share = max(each.share for each in judgements)
    own = max(each.componentwise for each in judgements)
    judged = any(each.judged for each in judgements)
    reason = next((each.reason for each in judgements if each.reason), "")
    return Judgement(share, own, stack(lambda each: each.expected), stack(lambda each: each.budget), judged, reason)


def check_compile(context: Context, case: Case, tally: Tally) -> None:
    """Compiled whole; that it is compiled again for lists of another length is admissible."""
    if case.notes["again"]:
        held = context.subject.run(case, Call(transform=Transform.COMPILED))
        if not held.raised and held.gradient_error is None:
            _judge(context, case, held, tally, Transform.COMPILE)
            return
    _judge(context, case, asked(context, case, Transform.COMPILE), tally, Transform.COMPILE)
    if case.notes["again"]:
        tally.admissible = "it is right, but torch compiles it again for lists of another length"


def check_autocast(context: Context, case: Case, tally: Tally) -> None:
    """What is returned in float32 is right to float32; what is returned in less, admissible if right to that."""
    outcome = asked(context, case, Transform.AUTOCAST)
    if outcome.dtype in ("float16", "bfloat16"):
        tally.admissible = f"within torch.autocast it returns {outcome.dtype} for float32 scores, right to that"
        case = case.with_(dtype=outcome.dtype)
    _judge(context, case, outcome, tally, Transform.AUTOCAST)


def _able(context: Context) -> None:
    """Raises NotRun for a subject that there is nothing to transform in."""
    for topic in ("transforms", "gradient"):
        if topic in context.capabilities.missing:
            raise NotRun(context.capabilities.missing[topic])


def _with_masks(context: Context, plan: Plan) -> st.SearchStrategy[Case]:
    """Cases of a plan; half of them masked, where the subject takes a mask."""
    _able(context)
    if context.spec.mask is None or not context.capabilities.mask:
        return context.drawn(plan)
    return st.one_of(context.drawn(plan), context.drawn(replace(plan, masked=True, padding=None)))


def _plain(context: Context) -> Drawn:
    reductions = context.capabilities.reductions
    return _with_masks(context, Plan(batches=context.batches, reductions=reductions, upstream=True))


def _mapped(context: Context) -> Drawn:
    nested = ((2, 2),) if context.capabilities.batch else ()
    return _with_masks(context, Plan(batches=((2,), (3,), (1,), *nested), reductions=(context.finest_reduction,)))


def _compiled(context: Context) -> Drawn:
    """Two cases at the default parameters, of lists that differ in length."""
    _able(context)
    masked = context.spec.mask is not None and context.capabilities.mask
    found = []
    for again, length in enumerate(_lengths(context.spec)):
        plan = Plan(
            batches=((2 + again,),) if context.capabilities.batch else ((),),
            smallest=length,
            largest=length,
            masked=masked,
            fixed=context.spec.defaults(),
        )
        drawn = context.drawn(plan).filter(lambda case: _of_different_axes(context.spec, case))
        found.append(draw_cases(drawn, DRAWN, again)[-1].with_(notes={"again": bool(again)}))
    return tuple(found)


def _lengths(spec: LossSpec) -> tuple[int, int]:
    """Two lengths, the longest that a case may have where that is limited."""
    most = min((spec.most_along(axis, LENGTHS[1]) for axis in spec.axes), default=LENGTHS[1])
    return LENGTHS if most == LENGTHS[1] else (most - 1, most)


def _of_different_axes(spec: LossSpec, case: Case) -> bool:
    """Whether no axis is as long as another, which torch would take for a rule, and none shorter than 2."""
    lengths = {
        axis: size for name, array in case.inputs.items() for axis, size in _axes(spec.inputs[name], array.shape)
    }
    return min(lengths.values()) > 1 and len(set(lengths.values())) == len(lengths)


def _axes(given: InputSpec, shape: tuple[int, ...]) -> Iterator[tuple[str | int, int]]:
    """The name, or for a batch axis the place, of each axis with its length."""
    batch = len(shape) - len(given.axes)
    return zip((*range(batch), *given.axes), shape, strict=True)


def clauses(spec: LossSpec) -> list[Clause]:
    """One clause for each transformation, for every loss."""
    rows: list[tuple[Transform, Callable[[Context], Drawn], Check, float, str]] = [
        (Transform.VMAP, _mapped, check_vmap, 0.5, "float64"),
        (Transform.GRAD, _plain, check(Transform.GRAD), 0.5, "float64"),
        (Transform.COMPILE, _compiled, check_compile, 1.0, "float64"),
        (Transform.AUTOCAST, _plain, check_autocast, 0.5, "float32"),
        (Transform.DEVICE, _plain, check(Transform.DEVICE), 0.5, "float64"),
    ]
    place = section("transforms")
    return [
        Clause(f"transforms.{transform}", Level.INTEGRATED, place, drawn, judge, weight, frozenset({dtype}))
        for transform, drawn, judge, weight, dtype in rows
    ]
