"""The clauses on plain numbers: value, gradient, upstream gradient, reduction, ties, extremes, half precision."""

from __future__ import annotations

from hypothesis import strategies as st

from rankproof.conformance.cases.case import Case
from rankproof.conformance.cases.draw import Plan
from rankproof.conformance.checks import kinks
from rankproof.conformance.checks.clause import Clause, Context, NotRun, Observation, Tally
from rankproof.conformance.checks.judge import (
    ask,
    expect,
    judge,
    judge_dtype,
    judge_gradient,
    judge_value,
    require_gradient,
    settle,
)
from rankproof.conformance.specification.model import LossSpec
from rankproof.conformance.specification.sections import section
from rankproof.conformance.subjects.subject import Call
from rankproof.conformance.verdict.finding import Level

SHORT = ("moderate", "moderate", "wide", "shifted", "moderate")
PLAIN = (*SHORT, "long")
HALF = frozenset({"float16", "bfloat16"})


def check_value(context: Context, case: Case, tally: Tally) -> None:
    """The value, without differentiating, and its dtype."""
    call = Call(gradient=False)
    expect(context, case)
    outcome = ask(context, case, call)
    judge_value(context, case, outcome, tally, call)
    judge_dtype(case, outcome, call)


def check_gradient(context: Context, case: Case, tally: Tally) -> None:
    """The gradient of the reduced value."""
    expect(context, case)
    judge_gradient(context, case, ask(context, case), tally)


def check_both(context: Context, case: Case, tally: Tally) -> None:
    """Value and gradient."""
    judge(context, case, tally)


def check_half(context: Context, case: Case, tally: Tally) -> None:
    """Value, gradient and dtype."""
    judge_dtype(case, judge(context, case, tally), Call())


def check_kink(context: Context, case: Case, tally: Tally) -> None:
    """At a kink: the declared member of the gradient set conforms, any other member is admissible.

    Within the error bounds of a kink, where its condition cannot be decided, every member conforms.
    """
    answer = expect(context, case)
    outcome = ask(context, case)
    judge_value(context, case, outcome, tally)
    got = require_gradient(context, case, outcome)
    membership = answer.judge_gradient(got)
    settle(membership, got, Observation(case), tally, "gradient")
    if membership.judged:
        kinks.tell_member(context, case, got, tally)


def check_reduction(context: Context, case: Case, tally: Tally) -> None:
    """The value under one reduction, for a batch."""
    check_value(context, case, tally)


def _values(context: Context) -> st.SearchStrategy[Case]:
    families = (*SHORT, *PLAIN)  # a long list takes as much time as all others, and a gradient tells more of it
    return context.drawn(Plan(families=families, batches=context.batches, reductions=(context.finest_reduction,)))


def _gradients(context: Context) -> st.SearchStrategy[Case]:
    return context.drawn(Plan(families=PLAIN, batches=context.batches))


def _upstream(context: Context) -> st.SearchStrategy[Case]:
    plan = Plan(batches=context.batches, upstream=True, reductions=context.capabilities.reductions)
    return context.drawn(plan)


def _reductions(context: Context) -> st.SearchStrategy[Case]:
    if len(context.capabilities.reductions) < 2 and not context.capabilities.batch:
        raise NotRun("takes one list at a time and offers no reduction")
    batches = ((), (2,), (3,)) if context.meant_for_batches else ((),)
    return context.drawn(Plan(batches=batches, reductions=context.capabilities.reductions))


def _ties(context: Context) -> st.SearchStrategy[Case]:
    return context.drawn(Plan(families=("tied",), batches=context.batches))


def _extremes(context: Context) -> st.SearchStrategy[Case]:
    return context.drawn(Plan(families=("apart", "huge", "shifted", "far_shifted", "apart", "wide")))


def _halves(context: Context) -> st.SearchStrategy[Case]:
    return context.drawn(Plan(families=("moderate", "certified", "vast"), batches=context.batches))


def clauses(spec: LossSpec) -> list[Clause]:
    """The clauses of this family for one loss."""
    formula, gradient = str(spec.formula.value.location), str(next(iter(spec.gradient.values())).value.location)
    found = [
        Clause("value", Level.CORRECT, formula, _values, check_value, weight=2.0),
        Clause("gradient", Level.CORRECT, gradient, _gradients, check_gradient, weight=2.0),
        Clause("upstream", Level.CORRECT, section("upstream"), _upstream, check_gradient),
        Clause("reduction", Level.CORRECT, section("reduction"), _reductions, check_reduction),
        Clause("ties", Level.CORRECT, section("ties"), _ties, check_both),
        Clause("extremes", Level.ROBUST, section("extremes"), _extremes, check_both),
    ]
    found += [
        Clause(f"precision.{dtype}", Level.ROBUST, section("precision"), _halves, check_half, dtypes=frozenset({dtype}))
        for dtype in sorted(HALF)
    ]
    if spec.kinks:
        found.append(Clause("kink", Level.CORRECT, str(spec.kinks[0].location), kinks.drawn, check_kink))
    return found
