"""WARP without trials: the first violator is found by a running maximum, or drawn from its law."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function

from rankproof.implementations.custom_autograd.warp_draw import FirstViolators, draw_first_violators
from rankproof.implementations.custom_autograd.warp_problem import WarpProblem, warp_problem
from rankproof.implementations.custom_autograd.warp_walk import walk_to_first_violators
from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.rank_weight import rank_weights
from rankproof.implementations.reduction import accumulation_dtype
from rankproof.implementations.transforms import batch_axis_first


@as_declared
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
    """As :func:`rankproof.implementations.warp`, in O(items) memory and without a loop over trials.

    With an order, the first violator of a positive is where the running maximum of the scores along the order first
    exceeds s_i - margin: O(trials) for each list and O(log trials) for each positive.

    Without one, K of M items violate a positive. The number of trials is drawn from its law, negative hypergeometric
    or, with replacement, geometric, and the violator uniformly from the K. K is counted by sorting the negatives,
    O(items log items) for each list and O(log items) for each positive, or by comparing all items with each positive
    where a list has few. ``max_trials`` cuts the law off and saves nothing. The draws are one uniform pair for each
    positive, so that a generator gives other orders here than in the other variants.

    Differentiable any number of times. Under torch.vmap an order is needed, or randomness="different".

    Raises:
        RuntimeError: also, when drawing under torch.vmap with another randomness.
    """
    options = _Options(
        margin, violation, rank_weight, negatives, label_count, skipped, replacement, max_trials, normalization
    )
    values: Tensor = _Warp.apply(scores, positives, order, mask, options, generator)[0]  # type: ignore[no-untyped-call]
    return values


@dataclass(frozen=True)
class _Options:
    """The parameters of the loss."""

    margin: float
    violation: str
    rank_weight: str
    negatives: str
    label_count: str
    skipped: str
    replacement: bool
    max_trials: int | None
    normalization: str


class _Warp(Function):
    """The losses of the lists; each positive's item, its violator and the weight between them; 0 or NaN for a list."""

    @staticmethod
    def forward(
        scores: Tensor,
        positives: Tensor,
        order: Tensor | None,
        mask: Tensor | None,
        options: _Options,
        generator: torch.Generator | None,
    ) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        batch, dtype = scores.shape[:-1], accumulation_dtype(scores.dtype)
        if scores.numel() == 0:
            nothing = scores.new_zeros(*batch, 0, dtype=dtype)
            values = nothing.sum(dim=-1)
            return values, nothing.long(), nothing.long(), nothing, values.clone()
        shape = (math.prod(batch), scores.shape[-1])
        real = None if mask is None else mask.reshape(shape)
        clean = scores.reshape(shape).to(dtype)
        positive = positives.reshape(shape)
        positive = positive if positive.dtype == torch.bool else positive != 0
        if real is not None:
            clean, positive = clean.masked_fill(~real, 0), positive & real
        problem = warp_problem(clean, positive, real, options.margin, options.violation, options.negatives)
        if order is None:
            first = draw_first_violators(problem, options.skipped, options.replacement, options.max_trials, generator)
        else:
            walked = order.reshape(shape[0], -1).long() if order.numel() else order.new_zeros(shape[0], 0)
            first = walk_to_first_violators(
                problem, walked, positive, real, skipped=options.skipped, max_trials=options.max_trials
            )
        values, weights = _weighted_shortfalls(clean, problem, first, options)
        poison = torch.where(clean.amax(dim=-1).isnan(), math.nan, 0.0)
        return (
            (values + poison).to(dtype).view(batch),
            problem.columns.reshape(*batch, problem.columns.shape[-1]),
            first.items.reshape(*batch, problem.columns.shape[-1]),
            weights.to(dtype).reshape(*batch, problem.columns.shape[-1]),
            poison.to(dtype).view(batch),
        )

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        scores, _, _, mask, _, _ = inputs
        _, columns, violators, weights, poison = output
        ctx.mark_non_differentiable(columns, violators, weights, poison)
        ctx.save_for_backward(columns, violators, weights, poison, mask)
        ctx.items, ctx.dtype = scores.shape[-1], scores.dtype

    @staticmethod
    def backward(ctx: Any, upstream: Tensor, *_: Any) -> tuple[Tensor, None, None, None, None, None]:
        columns, violators, weights, poison, mask = ctx.saved_tensors
        shares = weights * upstream.unsqueeze(-1)
        gradient = (upstream * poison).unsqueeze(-1).expand(*upstream.shape, ctx.items).clone()
        gradient.scatter_add_(-1, violators, shares).scatter_add_(-1, columns, -shares)
        if mask is not None:
            gradient.masked_fill_(~mask, 0)
        return gradient.to(ctx.dtype), None, None, None, None, None

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *inputs: Any) -> tuple[tuple[Tensor, ...], tuple[int, ...]]:
        if inputs[2] is None and info.randomness != "different":
            raise RuntimeError(
                f"warp: got randomness={info.randomness!r} from vmap, expected 'different', for each list draws an "
                "order of its own; pass randomness='different' to vmap, or an order to warp"
            )
        return _Warp.apply(*batch_axis_first(info.batch_size, in_dims, inputs)), (0, 0, 0, 0, 0)  # type: ignore[no-untyped-call]


def _weighted_shortfalls(
    scores: Tensor, problem: WarpProblem, first: FirstViolators, options: _Options
) -> tuple[Tensor, Tensor]:
    """The loss of each list, [lists], and what each place weighs in it, [lists, places]; float64."""
    counted = problem.item_counts
    if options.label_count == "negatives" and not problem.counts_itself:
        counted = problem.opponent_counts + 1
    ranks = torch.where(first.found, (counted - 1) // first.trials, 0)
    weights = rank_weights(ranks, options.rank_weight, scores.shape[-1], torch.float64)
    if options.normalization == "positives":
        weights = weights / problem.filled.sum(dim=-1, keepdim=True).clamp(min=1)
    mine, theirs = scores.gather(-1, problem.columns).double(), scores.gather(-1, first.items).double()
    shortfalls = torch.where(first.found, options.margin - mine + theirs, 0)
    return (weights * shortfalls).sum(dim=-1), weights
