"""The clause on sampling: without a given draw, value and gradient lie in the outcome set, with the right frequencies.

Each case is one list drawn DRAWS times. One positive: the counts of the outcomes are tested by
chi-square. Several positives, each with an order of its own: the mean of the value is tested. Every
test rejects at ALARM, so that a right sampler is blamed less than once in 10^8 runs of the clause.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from scipy import stats

from rankproof.conformance.cases.case import Array, Case
from rankproof.conformance.checks.clause import Clause, Context, Divergence, NotRun, Observation, Tally
from rankproof.conformance.checks.judge import ask, require_gradient
from rankproof.conformance.checks.outcomes import Law, law, positives_of
from rankproof.conformance.checks.worked import parameters_of
from rankproof.conformance.specification.model import LossSpec, Sampling
from rankproof.conformance.specification.sections import section
from rankproof.conformance.subjects.subject import Call
from rankproof.conformance.verdict.finding import Level

DRAWS = 4096
ALARM = 1e-9
SMALLEST_EXPECTED = 10.0  # outcomes expected less often than this are pooled

# Scores of one list, and which of its items are positive: a mixture of violators, satisfied negatives and large gaps.
_LISTS: tuple[tuple[list[float], list[bool]], ...] = (
    ([0.5, 0.25, 1.0, -2.0], [True, False, False, False]),
    ([1.0, 3.0, -1.5, 0.75], [False, False, True, False]),
    ([0.5, 2.0, -1.0, -3.0, 0.25], [True, True, False, False, False]),
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
    pairs = list(itertools.product(_LISTS, _conventions(context)))
    defaults = [pair for pair in pairs if not pair[1]]
    others = [pair for number, pair in enumerate(pairs) if pair[1] and number % len(_LISTS) != 1]
    found = []
    for (scores, positives), changes in [*defaults, *others]:
        inputs = {context.spec.score_inputs[0]: np.array(scores), label: np.array(positives)}
        parameters = {**parameters_of(context, {}), **changes}
        found.append(
            Case(inputs, parameters, context.finest_reduction, context.dtype, certified=True, family="sampling")
        )
    return tuple(found)


def _draw(context: Context, case: Case, sampling: Sampling) -> tuple[Array, Array]:
    """DRAWS independent values and gradients of the list."""
    score = context.spec.score_inputs[0]
    if context.capabilities.batch and case.reduction == "none":
        tiled = {name: np.broadcast_to(array, (DRAWS, *array.shape)).copy() for name, array in case.inputs.items()}
        call = Call(omit=(sampling.input,), seed=1)
        outcome = ask(context, case.with_(inputs=tiled), call)
        assert outcome.value is not None
        return outcome.value, require_gradient(case, outcome, call)[score]
    values, gradients = [], []
    for seed in range(DRAWS):
        call = Call(omit=(sampling.input,), seed=seed)
        outcome = ask(context, case, call)
        values.append(float(np.asarray(outcome.value)))
        gradients.append(require_gradient(case, outcome, call)[score])
    return np.array(values), np.array(gradients)


def _surprise(counts: Array, probabilities: Array) -> float:
    """The p-value of chi-square, rare outcomes pooled."""
    expected = probabilities * counts.sum()
    rare = expected < SMALLEST_EXPECTED
    if rare.any():
        counts = np.append(counts[~rare], counts[rare].sum())
        expected = np.append(expected[~rare], expected[rare].sum())
        counts, expected = counts[expected > 0], expected[expected > 0]
    return 1.0 if len(counts) < 2 else float(stats.chisquare(counts, expected).pvalue)


def _judge_one(context: Context, case: Case, found: Law, values: Array, gradients: Array, tally: Tally) -> None:
    rows = found.match(values, gradients)
    observation = Observation(case, Call(omit=(context.spec.sampling.input,), seed=1))  # type: ignore[union-attr]
    if (rows < 0).any():
        stray = int(np.argmax(rows < 0))
        raise Divergence(
            "a drawn value and its gradient are none that the formula takes under any order",
            observation,
            quantity="drawn",
            got={"value": values[stray], "gradient": gradients[stray]},
            expected={"values": found.values, "gradients": found.gradients},
        )
    counts = np.bincount(rows, minlength=len(found.values)).astype(np.float64)
    surprise = _surprise(counts, found.probabilities)
    tally.count(0.0)
    if surprise < ALARM:
        raise Divergence(
            f"the outcomes of {len(values)} draws do not have the formula's frequencies (p = {surprise:.1e})",
            observation,
            quantity="drawn",
            got=dict(zip(found.values.tolist(), (counts / counts.sum()).tolist(), strict=True)),
            expected=dict(zip(found.values.tolist(), found.probabilities.tolist(), strict=True)),
        )


def _judge_mean(context: Context, case: Case, found: Law, values: Array, tally: Tally) -> None:
    # Expectation is linear: an order for each positive and one shared order have the same mean.
    wanted = found.mean()
    error = float(values.std(ddof=1)) / np.sqrt(len(values))
    distance = abs(float(values.mean()) - wanted)
    surprise = float(stats.norm.sf(distance / error) * 2) if error > 0 else float(distance <= 1e-9 * abs(wanted))
    tally.count(0.0)
    if surprise < ALARM:
        raise Divergence(
            f"the mean of {len(values)} draws is {values.mean():.6g}, expected {wanted:.6g} (p = {surprise:.1e})",
            Observation(case, Call(omit=(context.spec.sampling.input,), seed=1)),  # type: ignore[union-attr]
            quantity="drawn",
            got=float(values.mean()),
            expected=wanted,
        )


def check_sampling(context: Context, case: Case, tally: Tally) -> None:
    """The draws of one list have the law of the spec."""
    sampling = context.spec.sampling
    assert sampling is not None
    positives = positives_of(context.spec, sampling, case)
    values, gradients = _draw(context, case, sampling)
    found = law(context.spec, sampling, case, positives)
    if len(positives) == 1:
        _judge_one(context, case, found, values, gradients, tally)
    else:
        _judge_mean(context, case, found, values, tally)


def clauses(spec: LossSpec) -> list[Clause]:
    """Sampling, for losses that draw."""
    if spec.sampling is None:
        return []
    return [Clause("sampling", Level.CORRECT, section("sampling"), _cases, check_sampling)]
