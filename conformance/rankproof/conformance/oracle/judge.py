"""The oracle's answer to a case: value, gradient, and how far what a subject gave is from them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rankproof.conformance.cases.case import Array, Case
from rankproof.conformance.oracle.answer import Judgement
from rankproof.conformance.oracle.budget import WIDEST, value_budget
from rankproof.conformance.oracle.compose import Composed, PlacedList
from rankproof.conformance.oracle.dtypes import Format, format_of
from rankproof.conformance.oracle.errors import Undecided, VacuousBound
from rankproof.conformance.oracle.membership import nearest
from rankproof.conformance.specification.model import LossSpec

_SURE = 4  # budgets; even a budget too wide to confirm anything is not exceeded by so much
_FINE = 2.0**-24  # the largest roundoff for which that is relied on


@dataclass(frozen=True, eq=False)
class CaseAnswer:
    """Implements the ``Answer`` protocol."""

    spec: LossSpec
    case: Case
    composed: Composed

    @property
    def value(self) -> Array:
        """The reduced value."""
        return self.composed.values

    @cached_property
    def gradient(self) -> dict[str, Array]:
        """The gradient of each score input; at a kink the stated one, or the set's nearest to it."""
        return self._placed()

    @property
    def at_kink(self) -> bool:
        """Whether the gradient is a set of more than one member."""
        return any(each.at_kink for each in self.composed.lists)

    def judge_value(self, got: Array) -> Judgement:
        """The share of the value's budget."""
        form = format_of(self.case.dtype)
        expected = self.value
        budget = value_budget(expected, self.composed.errors, form)
        got = np.asarray(got, dtype=np.float64)
        if got.shape != expected.shape:
            return Judgement(np.inf, np.inf, expected, budget)
        shares = _shares(got, expected, budget, form)
        vague = self.composed.vacuous & (np.isnan(expected) | ~np.isnan(got))
        share = float(np.max(shares[~vague], initial=0.0))
        reason = self.composed.ambiguous
        if vague.any() and not reason and share <= 1:
            reason = next(each.answer.vacuous for each in self.composed.lists if each.answer.vacuous)
        judged = not reason or (bool((~vague).any()) and not self.composed.ambiguous)
        return Judgement(share, share, expected, budget, judged, "" if judged else reason)

    def judge_gradient(self, got: Mapping[str, Array]) -> Judgement:
        """Whether what was got is a member of the gradient set, within the budget."""
        return self._judged(got, lambda each, mine, used: _nearest(each, mine, used))

    def judge_convention(self, got: Mapping[str, Array]) -> Judgement:
        """The distance to the stated gradient; where a kink that holds leaves the member open, to the set."""

        def target(each: PlacedList, mine: Array, used: Array) -> Array:
            if not each.members.single and _left_open(self.spec, each):
                return _nearest(each, mine, used)
            return each.stated[used]

        return self._judged(got, target)

    def _judged(self, got: Mapping[str, Array], target: Callable[[PlacedList, Array, Array], Array]) -> Judgement:
        form = format_of(self.case.dtype)
        arrays = {name: np.asarray(array, dtype=np.float64) for name, array in got.items()}
        names = [name for name in self.spec.score_inputs if name in arrays]
        expected = {name: self.gradient[name].copy() for name in names}
        budget = {name: np.zeros(expected[name].shape) for name in names}
        if any(arrays[name].shape != expected[name].shape for name in names):
            return Judgement(np.inf, np.inf, expected, budget)
        results = []
        for each in self.composed.lists:
            results.append(_judged_list(each, names, arrays, form, target))
            for name, entries in each.parts.items():
                if name in expected:
                    places = each.given.places[name]
                    expected[name][each.index].reshape(-1)[places] = results[-1].expected[entries]
                    budget[name][each.index].reshape(-1)[places] = each.budget.pooled[entries]
        padding = _padding_share(self.composed, names, arrays)
        share = max([padding, *(each.share for each in results)])
        own = max([padding, *(each.own for each in results)])
        reasons = [each.reason for each in results if each.reason]
        judged = share > 1 or not reasons or any(not each.reason for each in results)
        return Judgement(share, own, expected, budget, judged, "" if judged else reasons[0])

    def _placed(self) -> dict[str, Array]:
        found = {
            name: np.zeros(np.shape(self.case.inputs[name]))
            for name in self.spec.score_inputs
            if name in self.case.inputs
        }
        for each in self.composed.lists:
            for name, entries in each.parts.items():
                found[name][each.index].reshape(-1)[each.given.places[name]] = each.declared[entries]
        return found


@dataclass(frozen=True, eq=False)
class _ListResult:
    share: float
    own: float
    expected: Array
    reason: str = ""


def _judged_list(
    each: PlacedList,
    names: list[str],
    arrays: Mapping[str, Array],
    form: Format,
    target: Callable[[PlacedList, Array, Array], Array],
) -> _ListResult:
    expected = each.declared
    entries = {name: part for name, part in each.parts.items() if name in names}
    used = np.zeros(each.components, dtype=np.bool_)
    mine = np.zeros(each.components)
    for name, part in entries.items():
        used[part] = True
        mine[part] = arrays[name][each.index].reshape(-1)[each.given.places[name]]
    used &= ~each.unknown
    if not used.any():
        return _ListResult(0.0, 0.0, expected, "" if not entries or not each.components else "the gradient of a NaN")
    known = np.flatnonzero(used)
    if each.unjudged:
        broken = np.inf if np.isnan(mine[known]).any() else 0.0
        return _ListResult(broken, broken, expected, each.unjudged)
    try:
        expected = expected.copy()
        expected[known] = target(each, mine[known], known)
    except (Undecided, VacuousBound) as problem:
        return _ListResult(0.0, 0.0, expected, str(problem))
    shares = np.zeros(each.components)
    shares[known] = _shares(mine[known], expected[known], each.budget.pooled[known], form)
    own = float(np.max(_shares(mine[known], expected[known], each.budget.own[known], form)))
    return _with_width(each, entries, shares, own, expected, form)


def _with_width(
    each: PlacedList, entries: Mapping[str, slice], shares: Array, own: float, expected: Array, form: Format
) -> _ListResult:
    """The share over the inputs whose budget is narrow enough to say something."""
    share, wide = 0.0, ""
    largest = each.members.largest()
    for name, part in entries.items():
        here = float(np.max(shares[part], initial=0.0))
        size = float(np.max(largest[part], initial=0.0))
        width = float(np.max(each.budget.pooled[part], initial=0.0))
        if size and width > WIDEST * size and not (np.isinf(here) or (here > _SURE and form.roundoff <= _FINE)):
            wide = f"the budget of {name} is {width / size:.0%} of its largest component"
            continue
        share = max(share, here)
    if wide and share <= 1:
        return _ListResult(0.0, 0.0, expected, wide)
    return _ListResult(share, own, expected)


def _shares(got: Array, expected: Array, budget: Array, form: Format) -> Array:
    """The distance in budgets; NaN is due where it is expected, infinity where the format ends."""
    with np.errstate(all="ignore"):
        shares = np.abs(got - expected) / budget
        shares = np.where(got == expected, 0.0, shares)
        overflows = np.abs(expected) + budget > form.largest
        shares = np.where(overflows & np.isinf(got) & (np.sign(got) == np.sign(expected)), 0.0, shares)
    shares = np.where(np.isnan(got) & np.isnan(expected), 0.0, shares)
    return np.asarray(np.where(np.isnan(shares), np.inf, shares))


def _nearest(each: PlacedList, mine: Array, used: Array) -> Array:
    members = each.members if len(used) == each.components else each.members.restricted(used)
    return nearest(members, mine, each.budget.pooled[used])


def _left_open(spec: LossSpec, each: PlacedList) -> bool:
    """Whether the list lies on a kink at which every member is as good as the stated one."""
    for kink in spec.kinks:
        if kink.convention == "any":
            size = each.given.places[spec.score_inputs[0]].size
            spots = itertools.product(range(size), repeat=len(kink.variables))
            if each.answer.problem.holds(kink.where, (dict(zip(kink.variables, spot, strict=True)) for spot in spots)):
                return True
    return False


def _padding_share(composed: Composed, names: list[str], arrays: Mapping[str, Array]) -> float:
    """Infinite where padding has a gradient other than exactly 0."""
    for each in composed.lists:
        for name in names:
            rest = np.delete(arrays[name][each.index].reshape(-1), each.given.places[name])
            if np.any(rest != 0):
                return np.inf
    return 0.0
