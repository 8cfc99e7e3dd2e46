"""Wrong samplers as laws: what each draws instead, said as orders and parameters that are put into the formula."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rankproof.conformance.cases.case import Case
from rankproof.conformance.checks.outcomes import ordered_cases, with_order
from rankproof.conformance.specification.model import LossSpec, Sampling

Orders = Callable[[LossSpec, Sampling, Case, int], list[Case]]


def _with(case: Case, **parameters: Any) -> Case:
    return case.with_(parameters={**case.parameters, **parameters})


def counts_every_item(spec: LossSpec, sampling: Sampling, case: Case, positive: int) -> list[Case]:
    """Draws uniformly over all items instead of the negatives: what is no negative is passed over and counted."""
    return ordered_cases(spec, sampling, _with(case, skipped="counted"), positive)


def takes_positives_for_negatives(spec: LossSpec, sampling: Sampling, case: Case, positive: int) -> list[Case]:
    """Draws uniformly over all other items instead of the negatives, and takes drawn positives for negatives."""
    return ordered_cases(spec, sampling, _with(case, negatives="others"), positive)


def repeats_items(spec: LossSpec, sampling: Sampling, case: Case, positive: int) -> list[Case]:
    """Repeats items although it draws without replacement."""
    return ordered_cases(spec, sampling, _with(case, replacement=True), positive)


def never_repeats(spec: LossSpec, sampling: Sampling, case: Case, positive: int) -> list[Case]:
    """Never repeats an item although it draws with replacement."""
    return ordered_cases(spec, sampling, _with(case, replacement=False), positive)


def one_trial_too_many(spec: LossSpec, sampling: Sampling, case: Case, positive: int) -> list[Case]:
    """Counts one trial more than it made: as if the positive itself had been tried first, and counted."""
    return [
        _with(with_order(sampling, each, _counted_from_one(each, sampling, positive)), skipped="counted")
        for each in ordered_cases(spec, sampling, case, positive)
    ]


def _counted_from_one(case: Case, sampling: Sampling, positive: int) -> list[int]:
    return [positive, *case.inputs[sampling.input].tolist()]


def gives_up_too_early(spec: LossSpec, sampling: Sampling, case: Case, positive: int) -> list[Case]:
    """Makes one trial less than it is allowed."""
    cap = case.parameters["max_trials"]
    return ordered_cases(spec, sampling, case if cap is None else _with(case, max_trials=cap - 1), positive)


# With the parameter that a subject has to take for this to be wrong: in one that does not take it, this is another
# declared convention, which the report tells, or nothing at all.
WRONG: dict[Orders, str] = {
    counts_every_item: "skipped",
    takes_positives_for_negatives: "",
    repeats_items: "replacement",
    never_repeats: "replacement",
    one_trial_too_many: "",
    gives_up_too_early: "max_trials",
}
