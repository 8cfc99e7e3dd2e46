"""The first violator of each positive along a random order of its own: drawn from its law, without the order."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from rankproof.implementations.custom_autograd.trial_law import trials_with_replacement, trials_without_replacement
from rankproof.implementations.custom_autograd.violators import find_violators
from rankproof.implementations.custom_autograd.warp_problem import WarpProblem


@dataclass(frozen=True)
class FirstViolators:
    """Where the trials of each positive end.

    Attributes:
        items: the first violator, [lists, places]; any item where none is found.
        trials: the number of trials up to and with it, at least 1, [lists, places].
        found: whether one is found, [lists, places].
    """

    items: Tensor
    trials: Tensor
    found: Tensor


def draw_first_violators(
    problem: WarpProblem, skipped: str, replacement: bool, max_trials: int | None, generator: torch.Generator | None
) -> FirstViolators:
    """Count the violators of each positive, then draw how many trials the first takes, and which it is.

    The two are independent: whatever the number of trials, each violator is as likely to be the first.
    """
    violators = find_violators(problem)
    universe = problem.item_counts if skipped == "counted" else problem.opponent_counts - int(problem.counts_itself)
    count = torch.minimum(violators.counts - problem.own.long(), universe)
    uniform = torch.rand((2, *count.shape), dtype=torch.float64, device=count.device, generator=generator)
    # Where nothing violates, the law of one violator is drawn from and not used.
    law = universe.clamp(min=1).expand_as(count), count.clamp(min=1), uniform[0]
    if replacement:
        trials = trials_with_replacement(*law)
    else:
        trials = trials_without_replacement(*law, largest=problem.opponents.shape[-1], most=max_trials)
    items = violators.at((uniform[1] * count).long().clamp(max=count - 1))
    if problem.counts_itself:
        # The positive stands among its violators in the place of the last one, which the ranks drawn leave out.
        items = torch.where(items == problem.columns, violators.at(violators.counts - 1), items)
    found = problem.filled & (count > 0)
    return FirstViolators(items, trials, found if max_trials is None else found & (trials <= max_trials))
