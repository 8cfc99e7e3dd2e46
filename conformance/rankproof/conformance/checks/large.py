"""The clauses on size: a batch of more lists than a grid of threads has rows, and a list longer than any buffer."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

from rankproof.conformance.cases.case import Array, Case
from rankproof.conformance.cases.sized import mostly_padding, sized, weighed
from rankproof.conformance.checks.clause import Check, Clause, Context, Divergence, NotRun, Observation, Tally
from rankproof.conformance.checks.judge import BEYOND, ask, expect, judge, require_gradient
from rankproof.conformance.checks.worked import parameters_of
from rankproof.conformance.oracle.answer import Answer
from rankproof.conformance.oracle.errors import Undecided
from rankproof.conformance.specification.model import LossSpec
from rankproof.conformance.specification.sections import section
from rankproof.conformance.verdict.finding import Level

DISTINCT, REPEATS, ITEMS = 7, 10_000, 3  # 70,000 lists: over 65,535, which is no multiple of the distinct ones
LONG, REAL = 2_050, 12  # past the block sizes 1,024 and 2,048 of kernels
LONG_INTERPRETED = 1_100  # past the first of them
PARTS = 6  # of a long list one is timed first
MOST_SECONDS = 4.0  # that the large call may be expected to take
SEEDS = 20


def _smooth(context: Context, shape: tuple[int, ...], padded: int = 0) -> Case:
    """A case that the oracle decides, with one gradient and not a set; a list can be padded to a length."""
    able, parameters = context.capabilities, parameters_of(context, {})
    known = {"reduction": context.finest_reduction, "dtype": context.dtype}
    for seed in range(SEEDS):
        case = sized(context.spec, able.inputs, shape, parameters, seed=seed, family="repeated", **known)
        if context.spec.coupled and case.reduction == "none":
            case = weighed(case, shape, seed)
        if padded:
            case = mostly_padding(context.spec, case, padded, seed).with_(family="padded")
        try:
            if not expect(context, case).at_kink:
                return case
        except Undecided:
            continue
    raise NotRun("no case of this kind could be drawn")


def _repeated(case: Case, repeats: int) -> Case:
    """The case with its first axis so many times over."""
    inputs = {name: np.tile(array, (repeats,) + (1,) * (array.ndim - 1)) for name, array in case.inputs.items()}
    upstream = case.upstream
    if upstream is not None and upstream.ndim:
        upstream = np.tile(upstream, (repeats,) + (1,) * (upstream.ndim - 1))
    return case.with_(inputs=inputs, upstream=upstream)


def _require_speed(context: Context, small: Case, part: Case, factor: int, whole: str) -> None:
    """NotRun where a part of the large call takes so long that the whole, ``factor`` times it, would take too long."""
    context.subject.run(small)  # what is made once is made now
    seconds = _seconds(context, part) * factor
    if MOST_SECONDS < seconds < 3 * MOST_SECONDS:
        seconds = min(seconds, _seconds(context, part) * factor)  # a first call may take longer
    if seconds > MOST_SECONDS:
        raise NotRun(f"{whole} would take it about {seconds:.0f} s")


def _seconds(context: Context, case: Case) -> float:
    began = time.thread_time()
    context.subject.run(case)
    return time.thread_time() - began


def check_repeated(what: str, context: Context, case: Case, tally: Tally) -> None:
    """Every list (or position) of a large batch has the value and gradient that it has in a small one."""
    count = f"{DISTINCT * REPEATS:,} {what}"
    _require_speed(context, case, _repeated(case, REPEATS // 100), 100, count)
    told = case.with_(notes={"repeated": REPEATS})
    try:
        outcome = ask(context, _repeated(case, REPEATS))
        gradient = {} if "gradient" in context.capabilities.missing else require_gradient(context, told, outcome)
    except Divergence as divergence:
        divergence.problem = f"given {count}, {divergence.problem}"
        divergence.observation = Observation(told)
        raise
    assert outcome.value is not None
    answer = expect(context, case)
    _compare(told, "value", {"value": outcome.value}, *_value_due(answer, case), tally)
    _compare(told, "gradient", gradient, *_gradient_due(answer, case), tally)


def _value_due(answer: Answer, case: Case) -> tuple[dict[str, Array], dict[str, Array]]:
    """The value of the distinct lists, or of all reduced, with its budget."""
    due = answer.judge_value(answer.value)
    if case.reduction == "none":
        return {"value": due.expected}, {"value": due.budget}
    # In whatever order a sum is taken, it rounds at most once for each term.
    rounding = DISTINCT * REPEATS * np.finfo(case.dtype).eps * np.abs(due.expected)
    times = 1 if case.reduction == "mean" else REPEATS
    return {"value": times * due.expected}, {"value": times * (due.budget + rounding)}


def _gradient_due(answer: Answer, case: Case) -> tuple[dict[str, Array], dict[str, Array]]:
    due = answer.judge_gradient(answer.gradient)
    shares = REPEATS if case.reduction == "mean" else 1
    return tuple({name: array / shares for name, array in arrays.items()} for arrays in (due.expected, due.budget))  # type: ignore[return-value]


def _compare(
    case: Case,
    quantity: str,
    got: Mapping[str, Array],
    expected: Mapping[str, Array],
    budget: Mapping[str, Array],
    tally: Tally,
) -> None:
    """Every block of distinct lists against the one that is expected."""
    for name, array in got.items():
        due = expected[name].shape
        whole = (DISTINCT * REPEATS, *due[1:]) if due else ()
        if array.shape != whole:
            raise _wrong(
                case, quantity, f"has shape {list(array.shape)}, expected {list(whole)}", got, expected, budget
            )
        blocks = array.reshape(-1, *due)
        with np.errstate(all="ignore"):
            shares = np.where(blocks == expected[name], 0.0, np.abs(blocks - expected[name]) / budget[name])
        shares = np.where(np.isnan(shares), np.inf, shares)
        worst = float(shares.max(initial=0.0))
        tally.count(worst)
        if worst > 1:
            place = np.unravel_index(int(np.argmax(shares > 1)), shares.shape)
            which = f" at {[int(place[0] * DISTINCT + place[1]), *map(int, place[2:])]}" if due else ""
            problem = f"is {blocks[place]:.9g}{which}, expected {expected[name][place[1:]]:.9g}"
            wrong = {key: each.reshape(-1, *expected[key].shape)[place[0]] for key, each in got.items()}
            raise _wrong(case, quantity, problem, wrong, expected, budget, min(worst, BEYOND))


def _wrong(
    case: Case,
    quantity: str,
    problem: str,
    got: Mapping[str, Array],
    expected: Mapping[str, Array],
    budget: Mapping[str, Array],
    share: float | None = None,
) -> Divergence:
    """A divergence that shows the distinct lists, and of a result the block that is wrong."""
    shown = [arrays["value"] if quantity == "value" else arrays for arrays in (got, expected, budget)]
    return Divergence(
        f"of these {DISTINCT}, {REPEATS:,} times over, the {quantity} {problem}",
        Observation(case),
        quantity=quantity,
        got=list(got[next(iter(got))].shape) if share is None else shown[0],
        expected=shown[1],
        budget=shown[2],
        share=share,
    )


def check_padded(context: Context, case: Case, tally: Tally) -> None:
    """The few real items of a long list, the last of all among them, have the loss that they have alone."""
    length = _long(context)
    small, part = (_smooth(context, (_real(context),), each) for each in (REAL, length // PARTS))
    _require_speed(context, small, part, PARTS**2, f"a list of {length:,} items")
    judge(context, case, tally)


def _many_lists(context: Context) -> tuple[Case, ...]:
    if not context.capabilities.batch:
        raise NotRun(context.capabilities.missing.get("batch", "takes one list at a time"))
    return (_smooth(context, (DISTINCT, ITEMS)),)


def _many_positions(context: Context) -> tuple[Case, ...]:
    return (_smooth(context, (DISTINCT,)),)


def _padded(context: Context) -> tuple[Case, ...]:
    if not context.capabilities.mask:
        missing = context.capabilities.missing.get("mask", "takes no mask")
        raise NotRun(f"{missing}: what a long list without padding costs has no quick answer")
    return (_smooth(context, (_real(context),), _long(context)),)


def _real(context: Context) -> int:
    """How many items of a long list are real."""
    return context.spec.most_along(str(context.spec.mask), REAL)


def _long(context: Context) -> int:
    return LONG_INTERPRETED if context.subject.device == "interpreter" else LONG


def clauses(spec: LossSpec) -> list[Clause]:
    """Many lists for every loss; a long list where positions are units of their own, or some can be padding."""
    found: list[tuple[str, Callable[[Context], tuple[Case, ...]], Check]]
    found = [("many_lists", _many_lists, partial(check_repeated, "lists"))]
    if spec.separable:
        found.append(("long_list", _many_positions, partial(check_repeated, "positions")))
    elif spec.mask is not None:
        found.append(("long_list", _padded, check_padded))
    single = frozenset({"float32"})
    return [
        Clause(f"extremes.{name}", Level.ROBUST, section("extremes"), cases, check, dtypes=single)
        for name, cases, check in found
    ]
