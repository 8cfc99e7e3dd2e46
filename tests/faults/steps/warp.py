"""WARP as steps, all of them right; a fault puts a wrong one in the place of one of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from rankproof.implementations.arguments import check_arguments
from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.reduction import reduce_units
from tests.faults.fault import Loss, step_replacer
from tests.faults.steps import lists

# With replacement a violator that exists stays unseen for 64 draws an item with a probability of e^-64.
_DRAWS = 64


def negatives_of(positive: Tensor, real: Tensor, negatives: str) -> Tensor:
    """True at [i, j] where j is a negative of i."""
    if negatives == "non_positives":
        return (real & ~positive).unsqueeze(-2).expand(*positive.shape, -1)
    return real.unsqueeze(-2) & ~torch.eye(real.shape[-1], dtype=torch.bool, device=real.device)


def read_order(order: Tensor, items: int) -> Tensor:
    """The order that the caller gives."""
    return order.long()


def draw(is_negative: Tensor, real: Tensor, skipped: str, replacement: bool, generator: Any) -> Tensor:
    """At [i, t] the item that i tries in trial t, each item with an order of its own."""
    items = real.shape[-1]
    if not replacement:
        keys = torch.rand(is_negative.shape, generator=generator, device=real.device)
        return torch.where(real.unsqueeze(-2), keys, 2).argsort(-1)
    pool = (real.unsqueeze(-2) if skipped == "counted" else is_negative).expand_as(is_negative)
    if not pool.numel():
        return torch.zeros((*real.shape, 0), dtype=torch.long, device=real.device)
    weights = torch.where(pool.any(-1, keepdim=True), pool, True).double().reshape(-1, items)
    drawn = torch.multinomial(weights, _DRAWS * items, replacement=True, generator=generator)
    return drawn.reshape(*real.shape, -1)


def positive_scores(scores: Tensor, positive: Tensor) -> Tensor:
    """The score that each positive defends."""
    return scores


def shortfall(own: Tensor, tried: Tensor, margin: float) -> Tensor:
    """By how much a positive misses the margin over an item that it tries."""
    return margin - own + tried


def violates(shortfalls: Tensor, own: Tensor, tried: Tensor, violation: str) -> Tensor:
    """Whether an item that is tried violates."""
    if violation == "misranking":
        return tried > own
    return shortfalls > 0 if violation == "margin" else shortfalls >= 0


def counts(tried_negative: Tensor, skipped: str) -> Tensor:
    """Whether a try counts as a trial."""
    return torch.ones_like(tried_negative) if skipped == "counted" else tried_negative


def trial_count(countable: Tensor) -> Tensor:
    """The number of trials up to the violator."""
    return countable.sum(-1)


def within(trials: Tensor, max_trials: int | None) -> Tensor:
    """Whether the violator was found in time."""
    return torch.ones_like(trials, dtype=torch.bool) if max_trials is None else trials <= max_trials


def label_count(is_negative: Tensor, real: Tensor, label_count: str) -> Tensor:
    """Y of the rank estimate, for each item."""
    return real.sum(-1, keepdim=True).expand(real.shape) if label_count == "items" else 1 + is_negative.sum(-1)


def estimated_rank(labels: Tensor, trials: Tensor) -> Tensor:
    """floor((Y - 1) / N)."""
    return (labels - 1).clamp(min=0) // trials.clamp(min=1)


def weight_of(rank: Tensor, items: int, rank_weight: str, dtype: torch.dtype) -> Tensor:
    """L(rank): a harmonic number or a logarithm, 0 at rank 0."""
    if rank_weight == "logarithmic":
        return rank.clamp(min=1).to(dtype).log()
    inverse = 1 / torch.arange(1, items + 1, dtype=dtype, device=rank.device)
    return torch.cat([inverse.new_zeros(1), inverse.cumsum(0)])[rank]


def divisor(positive: Tensor, labels: Tensor, normalization: str) -> Tensor | int:
    """What the sum over a list's positives is divided by."""
    return positive.sum(-1).clamp(min=1) if normalization == "positives" else 1


@dataclass(frozen=True)
class Steps:
    """What WARP is made of."""

    check: Callable[..., None] = check_arguments
    clean: Callable[..., tuple[Tensor, Tensor, Tensor]] = lists.clean
    negatives_of: Callable[..., Tensor] = negatives_of
    read_order: Callable[[Tensor, int], Tensor] = read_order
    draw: Callable[..., Tensor] = draw
    positive_scores: Callable[..., Tensor] = positive_scores
    shortfall: Callable[..., Tensor] = shortfall
    violates: Callable[..., Tensor] = violates
    counts: Callable[..., Tensor] = counts
    trial_count: Callable[[Tensor], Tensor] = trial_count
    within: Callable[..., Tensor] = within
    label_count: Callable[..., Tensor] = label_count
    estimated_rank: Callable[..., Tensor] = estimated_rank
    weight_of: Callable[..., Tensor] = weight_of
    divisor: Callable[..., Any] = divisor
    propagate_nan: Callable[..., Tensor] = lists.propagate_nan
    reduce: Callable[..., Tensor] = reduce_units


def build(steps: Steps) -> Loss:
    """The loss that these steps make."""

    def warp(
        scores: Tensor,
        positives: Tensor,
        order: Tensor | None,
        *,
        mask: Tensor | None,
        generator: torch.Generator | None,
        margin: float,
        violation: str,
        rank_weight: str,
        negatives: str,
        label_count: str,
        skipped: str,
        replacement: bool,
        max_trials: int | None,
        normalization: str,
    ) -> Units:
        """Every step right."""
        labelled = positives != 0
        own, positive, real = steps.clean(lists.cast(scores), labelled, lists.real_items(scores, mask))
        is_negative = steps.negatives_of(positive, real, negatives)
        if order is None:
            orders = steps.draw(is_negative, real, skipped, replacement, generator)
        else:
            orders = steps.read_order(order, scores.shape[-1]).unsqueeze(-2).expand(*scores.shape, -1)

        tried = own.unsqueeze(-2).expand(*own.shape, own.shape[-1]).gather(-1, orders)
        tried_negative = is_negative.gather(-1, orders)
        defended = steps.positive_scores(own, positive).unsqueeze(-1)
        shortfalls = steps.shortfall(defended, tried, margin)
        violating = steps.violates(shortfalls, defended, tried, violation) & tried_negative
        seen_before = violating.cumsum(-1) - violating.long()
        violator = violating & (seen_before == 0)

        trials = steps.trial_count(steps.counts(tried_negative, skipped) & (seen_before == 0))
        rank = steps.estimated_rank(steps.label_count(is_negative, real, label_count), trials)
        weight = steps.weight_of(rank, scores.shape[-1], rank_weight, own.dtype)
        paid = positive & violator.any(-1) & steps.within(trials, max_trials)
        terms = torch.where(paid, weight * torch.where(violator, shortfalls, 0).sum(-1), 0)
        values = terms.sum(-1) / steps.divisor(positive, labelled, normalization)
        return steps.propagate_nan(values, own)

    return as_declared(warp, check=steps.check, reduce=steps.reduce)


warp = build(Steps())
instead_of = step_replacer(build, Steps())
