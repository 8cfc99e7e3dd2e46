"""The clause on sampling: without a given draw, value and gradient lie in the outcome set, with the right frequencies.

Each case is one list drawn DRAWS times. Value and gradient of a draw have to be an outcome that the formula takes
under some draw, positives drawing independently of each other; and the counts of the outcomes are tested, each list
at ALARM, by tests that hold exactly (``frequencies``).

False alarms: a run judges at most LISTS lists in each of two dtypes, each by its frequencies and by comparing two
seeds, so that a right sampler is blamed with a probability of at most 4 LISTS ALARM < 1e-7: less than once in ten
million runs. That is a bound, not an estimate: no approximation enters it.

Power: ``nox -s power`` measures it for samplers that draw from all items, that repeat items where they must not, or
whose trial count is off by one; each is caught with a probability over 0.999.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from rankproof.conformance.cases.case import Array, Case
from rankproof.conformance.checks.clause import Clause, Context, Divergence, NotRun, Observation, Tally
from rankproof.conformance.checks.frequencies import surprise
from rankproof.conformance.checks.judge import ask, require_gradient
from rankproof.conformance.checks.outcomes import Law, law, positives_of
from rankproof.conformance.checks.worked import parameters_of
from rankproof.conformance.oracle.cache import Cache
from rankproof.conformance.specification.model import LossSpec, Sampling
from rankproof.conformance.specification.sections import section
from rankproof.conformance.subjects.subject import Call
from rankproof.conformance.verdict.finding import Level

DRAWS = 1024
REDRAWS = 256  # of each of two seeds that are compared
ALARM = 1e-9  # the probability with which right draws of one list are rejected
LISTS = 24  # at most so many are drawn from in one run and dtype
CONVENTION_DRAWS = 256  # by which draws with replacement are told from those without

# Scores of one list, and which items are positive. One violator among four negatives tells draws with replacement
# from draws without; three among three, whether violators are drawn alike, and nothing for the positive that none
# violates; two positives, whether they draw apart, and never from padding.
_LISTS: tuple[tuple[list[float], list[bool]], ...] = (
    ([0.5, -0.75, 1.0, -2.0, -1.0], [True, False, False, False, False]),
    ([1.0, 3.0, -1.5, 0.75, 6.0], [False, False, True, False, True]),
    ([0.5, 0.0, -0.25, -3.0, 0.25], [True, True, False, False, False]),
)

_PADDED = 2  # the list that is padded, where the subject takes a mask


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
    replacement = _replacement(context, sampling, label)
    conventions = enumerate(_conventions(context))
    found = []
    for (turn, changes), row in itertools.product(conventions, range(len(_LISTS))):
        if changes and (row + turn) % len(_LISTS) == 1:  # each convention is left out of one list, the lists in turn
            continue
        found.append(_case(context, label, row, {**replacement, **changes}))
    return tuple(found)


def _case(context: Context, label: str, row: int, changes: dict[str, Any]) -> Case:
    scores, positives = _LISTS[row]
    mask = None
    if row == _PADDED and context.capabilities.mask:
        scores, positives, mask = [7.0, *scores], [False, *positives], np.array([False, *(True for _ in scores)])
    inputs = {context.spec.score_inputs[0]: np.array(scores), label: np.array(positives)}
    parameters = {**parameters_of(context, {}), **changes}
    return Case(
        inputs, parameters, context.finest_reduction, context.dtype, mask=mask, certified=True, family="sampling"
    )


def unpadded(case: Case) -> Case:
    """The list of the real items, whose law is that of the padded list."""
    if case.mask is None:
        return case
    return case.with_(inputs={name: array[case.mask] for name, array in case.inputs.items()}, mask=None)


def _replacement(context: Context, sampling: Sampling, label: str) -> dict[str, Any]:
    """Whether a subject that cannot be told puts its draws back: what makes its draws of the first list likelier."""
    name, able = sampling.replacement, context.capabilities
    default = context.spec.parameters[name].default
    if name in able.parameters or able.fixed.get(name, default) != default:
        return {}
    case = _case(context, label, 0, {})
    values, gradients = _draw(context, case, sampling, 1, CONVENTION_DRAWS)
    likely = {
        choice: _likelihood(
            _law(context.spec, sampling, case.with_(parameters={**case.parameters, name: choice})), values, gradients
        )
        for choice in (default, not default)
    }
    return {name: max(likely, key=lambda choice: likely[choice])}


def _likelihood(found: Law, values: Array, gradients: Array) -> float:
    """The logarithm of the probability of these draws; a draw that is no outcome counts as a very rare one."""
    rows = found.match(values, gradients)
    return float(np.log(np.where(rows < 0, ALARM, found.probabilities[rows])).sum())


_laws: Cache[tuple[LossSpec, Law]] = Cache(256)


def _law(spec: LossSpec, sampling: Sampling, case: Case) -> Law:
    """The law of a list, enumerated once for all subjects."""
    key = (
        id(spec),  # held on to by the cache, so that it cannot come to mean another
        case.dtype,
        case.reduction,
        tuple((name, repr(value)) for name, value in sorted(case.parameters.items())),
        tuple((name, array.tobytes()) for name, array in case.inputs.items()),
    )
    return _laws.get(key, lambda: (spec, law(spec, sampling, case, positives_of(spec, sampling, case))))[1]


def _draw(context: Context, case: Case, sampling: Sampling, seed: int, draws: int = DRAWS) -> tuple[Array, Array]:
    """Independent values and gradients of the list."""
    score = context.spec.score_inputs[0]
    if context.capabilities.batch and case.reduction == "none":
        tiled = {name: np.broadcast_to(array, (draws, *array.shape)).copy() for name, array in case.inputs.items()}
        call = _omitting(sampling, seed)
        mask = None if case.mask is None else np.broadcast_to(case.mask, (draws, *case.mask.shape)).copy()
        outcome = ask(context, case.with_(inputs=tiled, mask=mask), call)
        assert outcome.value is not None
        return outcome.value, require_gradient(context, case, outcome, call)[score]
    values, gradients = [], []
    for number in range(seed, seed + draws):
        call = _omitting(sampling, number)
        outcome = ask(context, case, call)
        values.append(float(np.asarray(outcome.value)))
        gradients.append(require_gradient(context, case, outcome, call)[score])
    return np.array(values), np.array(gradients)


def _omitting(sampling: Sampling, seed: int) -> Call:
    return Call(omit=(sampling.input,), seed=seed)


def _by_value(found: Law, shares: Array) -> dict[float, float]:
    """Outcomes that differ in their gradient alone, told as one."""
    told = dict.fromkeys(found.values.tolist(), 0.0)
    for value, share in zip(found.values.tolist(), shares.tolist(), strict=True):
        told[value] += share
    return told


def _judge_rows(case: Case, sampling: Sampling, found: Law, rows: Array, values: Array, gradients: Array) -> None:
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
            outcomes=found,
        )
    counts = np.bincount(rows, minlength=len(found.values))
    p = surprise(counts, found.probabilities)
    if p < ALARM:
        raise Divergence(
            f"the outcomes of {len(values)} draws do not have the formula's frequencies (p = {p:.1e})",
            observation,
            quantity="drawn",
            got=_by_value(found, counts / counts.sum()),
            expected=_by_value(found, found.probabilities),
            outcomes=found,
        )


def check_sampling(context: Context, case: Case, tally: Tally) -> None:
    """The draws of one list have the law of the spec, and another seed draws otherwise."""
    sampling = context.spec.sampling
    assert sampling is not None
    values, gradients = _draw(context, case, sampling, 1, DRAWS)
    found = _law(context.spec, sampling, unpadded(case))
    real = gradients if case.mask is None else gradients[:, case.mask]
    _judge_rows(case, sampling, found, found.match(values, real), values, gradients)
    tally.count(0.0)
    _compare_seeds(context, case, sampling, found)
    name, able = sampling.replacement, context.capabilities
    default = context.spec.parameters[name].default
    if name not in able.parameters and able.fixed.get(name, default) == default != case.parameters[name]:
        tally.admissible = f"draws with {name} = {case.parameters[name]!r}"


def _compare_seeds(context: Context, case: Case, sampling: Sampling, found: Law) -> None:
    """Another seed draws otherwise, where the same draws could not come about by chance."""
    by_chance = sum(share**2 for share in _by_value(found, found.probabilities).values()) ** REDRAWS
    one, other = (_draw(context, case, sampling, seed, REDRAWS)[0] for seed in (1, DRAWS + 1))
    if by_chance < ALARM and np.array_equal(one, other):
        raise Divergence(
            f"{len(one)} draws are the same under two seeds",
            Observation(case, _omitting(sampling, 1)),
            quantity="drawn",
            got="the same draws",
            expected="draws that follow the seed",
            outcomes=found,
        )


def clauses(spec: LossSpec) -> list[Clause]:
    """Sampling, for losses that draw."""
    if spec.sampling is None:
        return []
    return [Clause("sampling", Level.CORRECT, section("sampling"), _cases, check_sampling)]
