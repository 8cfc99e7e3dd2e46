"""The first violator of each positive along a given order, by running maxima instead of trials."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from rankproof.implementations.custom_autograd.sorting import sorted_ascending
from rankproof.implementations.custom_autograd.warp_draw import FirstViolators
from rankproof.implementations.custom_autograd.warp_problem import WarpProblem


def walk_to_first_violators(
    problem: WarpProblem,
    order: Tensor,
    positive: Tensor,
    real: Tensor | None,
    *,
    skipped: str,
    max_trials: int | None,
) -> FirstViolators:
    """The first score along the order above a threshold is where the running maximum first is.

    O(trials) for each list and O(log trials) for each positive; O(trials log trials) for each list where the
    positive itself is among the items that it may meet.

    Args:
        problem: the positives.
        order: positions of items, [lists, trials].
        positive: which real items are positive, [lists, items].
        real: which items are real, [lists, items]; all when None.
        skipped: whether an item that is no negative is "free" or "counted".
        max_trials: give up after so many; None for never.
    """
    if order.shape[-1] == 0:
        return FirstViolators(problem.columns, torch.ones_like(problem.columns), torch.zeros_like(problem.filled))
    tried = problem.opponents.gather(-1, order)
    highest = tried.cummax(dim=-1).values
    stops = _first_above(highest, problem)
    if problem.counts_itself:
        # A positive that meets itself goes on to the first other item above its threshold.
        meets_itself = _at(order, stops) == problem.columns
        stops = torch.where(meets_itself, _first_above(_second_highest(tried, highest, order), problem), stops)
    trials = stops + 1
    if skipped == "free":
        met = torch.ones_like(order) if real is None else real.gather(-1, order).long()
        if not problem.counts_itself:
            met = met - positive.gather(-1, order).long()
        trials = _at(met.cumsum(dim=-1), stops)
        if problem.counts_itself:
            trials = trials - _times_met(order, problem.columns, stops)
    found = problem.filled & (stops < order.shape[-1])
    trials = trials.clamp(min=1)
    if max_trials is not None:
        found = found & (trials <= max_trials)
    return FirstViolators(_at(order, stops), trials, found)


def _first_above(running: Tensor, problem: WarpProblem) -> Tensor:
    return torch.searchsorted(running, problem.thresholds, right=not problem.inclusive)


def _second_highest(tried: Tensor, highest: Tensor, order: Tensor) -> Tensor:
    """The running maximum without the item that holds the running maximum, however often that is met.

    An item that passes the holder leaves the former holder second; any other competes for second itself.
    """
    before = torch.nn.functional.pad(highest[..., :-1], (1, 0), value=-math.inf)
    passes = tried > before
    places = torch.arange(order.shape[-1], device=order.device)
    holder = order.gather(-1, (places * passes).cummax(dim=-1).values)
    contender = torch.where(passes, before, torch.where(order == holder, -math.inf, tried))
    return contender.cummax(dim=-1).values


def _times_met(order: Tensor, columns: Tensor, stops: Tensor) -> Tensor:
    """How often each positive is itself in the order up to its stop."""
    trials = order.shape[-1]
    places = torch.arange(trials, device=order.device)
    meetings = sorted_ascending(order * trials + places)
    until = torch.searchsorted(meetings, columns * trials + stops.clamp(max=trials - 1), right=True)
    return until - torch.searchsorted(meetings, columns * trials)


def _at(values: Tensor, stops: Tensor) -> Tensor:
    return values.gather(-1, stops.clamp(max=values.shape[-1] - 1))
