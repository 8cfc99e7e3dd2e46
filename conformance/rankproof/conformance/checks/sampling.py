"""The clause on sampling: without a given draw, value and gradient lie in the outcome set, with the right frequencies.

Each case is one list drawn DRAWS times. The counts of the outcomes are tested by chi-square: value and
gradient together for one positive, the value for several, which draw independently of each other. Every
test rejects at ALARM, so that a right sampler is blamed less than once in 10^7 runs of the clause.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from rankproof.conformance.cases.case import Array, Case
from rankproof.conformance.checks.clause import Clause, Context, Divergence, NotRun, Observation, Tally
from rankproof.conformance.checks.judge import ask, require_gradient
from rankproof.conformance.checks.outcomes import Law, SumLaw, law, positives_of, sum_law
from rankproof.conformance.checks.worked import parameters_of
from rankproof.conformance.specification.model import LossSpec, Sampling
from rankproof.conformance.specification.sections import section
from rankproof.conformance.subjects.subject import Call
from rankproof.conformance.verdict.finding import Level

DRAWS = 1024
REDRAWS = 256  # of each of two seeds that are compared
ALARM = 1e-9
SMALLEST_EXPECTED = 10.0  # outcomes expected less often than this are pooled

# Scores of one list, and which items are positive. One violator among four negatives tells draws with replacement
# from draws without; three among three, whether violators are drawn alike; two positives, whether they draw apart.
_LISTS: tuple[tuple[list[float], list[bool]], ...] = (
    ([0.5, -0.75, 1.0, -2.0, -1.0], [True, False, False, False, False]),
    ([1.0, 3.0, -1.5, 0.75], [False, False, True, False]),
    ([0.5, 0.0, -0.25, -3.0, 0.25], [True, True, False, False, False]),
)


def _conventions(context: Context) -> list[dict[str, Any]]:
    """The default, and each other value of the parameters that change the law, one at a time."""
    sampling = context.spec.sampling
    assert sampling is not None
    able = context.capabilities.parameters
    found: list[dict[str, Any]] = [{}]
    for name, each in context.spec.parameters.items():
        if name in able and each.choices:
            found += [{name: choice} for choice in each.choices if choice != each.default]
    if sampling.replacement in able:
        found.append({sampling.replacement: True})
    if sampling.stops in able:
        found.append({str(sampling.stops): 2})
    return found


def _cases(context: Context) -> tuple[Case, ...]:
    sampling = context.spec.sampling
    assert sampling is not None
    if not context.capabilities.draws:
        raise NotRun(context.capabilities.missing.get("draws", f"cannot be called without {sampling.input}"))
    label = next(name for name in context.spec.inputs if name not in (context.spec.score_inputs[0], sampling.input))
    conventions = enumerate(_conventions(context))
    found = []
    for (turn, changes), (row, (scores, positives)) in itertools.product(conventions, enumerate(_LISTS)):
        if changes and (row + turn) % len(_LISTS) == 1:  # each convention is left out of one list, the lists in turn
            continue
        inputs = {context.spec.score_inputs[0]: np.array(scores), label: np.array(positives)}
        parameters = {**parameters_of(context, {}), **changes}
        found.append(
            Case(inputs, parameters, context.finest_reduction, context.dtype, certified=True, family="sampling")
        )
    return tuple(found)


def _draw(context: Context, case: Case, sampling: Sampling, seed: int, draws: int = DRAWS) -> tuple[Array, Array]:
    """Independent values and gradients of the list."""
    score = context.spec.score_inputs[0]
    if context.capabilities.batch and case.reduction == "none":
        tiled = {name: np.broadcast_to(array, (draws, *array.shape)).copy() for name, array in case.inputs.items()}
        call = _omitting(sampling, seed)
        outcome = ask(context, case.with_(inputs=tiled), call)
        assert outcome.value is not None
        return outcome.value, require_gradient(context, case, outcome, call)[score]
    values, gradients = [], []
    for number in range(seed, seed + draws):
        call = _omitting(sampling, number)
        outcome = ask(context, case, call)
        values.append(float(np.asarray(outcome.value)))
        gradients.append(require_gradient(context, case, outcome, call)[score])
    return np.array(values), np.array(gradients)


def _surprise(counts: Array, probabilities: Array) -> float:
    """The p-value of chi-square, rare outcomes pooled."""
    expected = probabilities * counts.sum()
    rare = expected < SMALLEST_EXPECTED
    if rare.any():
        counts = np.append(counts[~rare], counts[rare].sum())
        expected = np.append(expected[~rare], expected[rare].sum())
        counts, expected = counts[expected > 0], expected[expected > 0]
    if len(counts) < 2:
        return 1.0
    from scipy import stats  # takes a second to import, which only this clause should cost

    return float(stats.chisquare(counts, expected).pvalue)


def _omitting(sampling: Sampling, seed: int) -> Call:
    return Call(omit=(sampling.input,), seed=seed)


def _by_value(found: Law | SumLaw, shares: Array) -> dict[float, float]:
    """Outcomes that differ in their gradient alone, told as one."""
    told = dict.fromkeys(found.values.tolist(), 0.0)
    for value, share in zip(found.values.tolist(), shares.tolist(), strict=True):
        told[value] += share
    return told


def _judge_rows(
    case: Case, sampling: Sampling, found: Law | SumLaw, rows: Array, values: Array, gradients: Array
) -> None:
    """Every draw is an outcome of the formula, and the outcomes occur as often as they should."""
    observation = Observation(case, _omitting(sampling, 1))
    if (rows < 0).any():
        stray = int(np.argmax(rows < 0))
        raise Divergence(
            "a drawn value or its gradient is none that the formula takes under any order",
            observation,
            quantity="drawn",
            got={"value": values[stray], "gradient": gradients[stray]},
            expected={"values": found.values},
        )
    counts = np.bincount(rows, minlength=len(found.values)).astype(np.float64)
    surprise = _surprise(counts, found.probabilities)
    if surprise < ALARM:
        raise Divergence(
            f"the outcomes of {len(values)} draws do not have the formula's frequencies (p = {surprise:.1e})",
            observation,
            quantity="drawn",
            got=_by_value(found, counts / counts.sum()),
            expected=_by_value(found, found.probabilities),
        )


def check_sampling(context: Context, case: Case, tally: Tally) -> None:
    """The draws of one list have the law of the spec, and another seed draws otherwise."""
    sampling = context.spec.sampling
    assert sampling is not None
    positives = positives_of(context.spec, sampling, case)
    values, gradients = _draw(context, case, sampling, 1, DRAWS)
    if len(positives) == 1:
        single = law(context.spec, sampling, case, positives[0])
        _judge_rows(case, sampling, single, single.match(values, gradients), values, gradients)
    else:
        several = sum_law(context.spec, sampling, case, positives)
        _judge_rows(case, sampling, several, several.match(values), values, gradients)
    tally.count(0.0)
    one, other = (_draw(context, case, sampling, seed, REDRAWS)[0] for seed in (1, DRAWS + 1))
    if len(np.unique(values)) > 1 and np.array_equal(one, other):
        raise Divergence(
            f"{len(one)} draws are the same under two seeds",
            Observation(case, _omitting(sampling, 1)),
            quantity="drawn",
            got="the same draws",
            expected="draws that follow the seed",
        )


def clauses(spec: LossSpec) -> list[Clause]:
    """Sampling, for losses that draw."""
    if spec.sampling is None:
        return []
    return [Clause("sampling", Level.CORRECT, section("sampling"), _cases, check_sampling)]
