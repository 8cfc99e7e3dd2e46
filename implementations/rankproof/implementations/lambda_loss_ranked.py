"""LambdaLoss of lists in the order of their ranks, as the variants that keep no matrix of pairs compute it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from rankproof.implementations.gain import relative_gains
from rankproof.implementations.reduction import accumulation_dtype


@dataclass(frozen=True)
class PairOptions:
    """The parameters of LambdaLoss that decide on the pairs."""

    weighting: str
    mu: float
    sigma: float
    gain: str
    k: int | None
    truncation: str

    @property
    def first_item_decides(self) -> bool:
        """Whether all pairs count, each by the share of its first item."""
        return self.weighting == "ndcg_loss1"


@dataclass(frozen=True)
class RankedLists:
    """Lists by descending score, of equal scores the first item first, and padding last.

    Attributes:
        scores: [lists, items]; padding is at minus infinity, and no real score is infinite.
        shares: gains over the ideal DCG, 0 where nothing is relevant and at padding, [lists, items]; for NDCG-Loss1
            over the discount as well.
        lengths: the number of items that are no padding, [lists].
        order: the position of each item in its list as it was given, [lists, items].
    """

    scores: Tensor
    shares: Tensor
    lengths: Tensor
    order: Tensor


@dataclass(frozen=True)
class RankWeights:
    """What the weight of a pair takes from its ranks: a sum of both, times the difference of the shares.

    Attributes:
        inverse: of each rank from 1, of which the absolute difference is taken, [items], or None.
        bounds: of each gap from 0 between the ranks, [items], or None.
    """

    inverse: Tensor | None
    bounds: Tensor | None


# Of ranked lists, their weights, sigma, and the number of ranks of which one item of a pair has one, and the other: the
# losses [lists] and their gradient by the ranked scores, [lists, items].
SumPairs = Callable[[RankedLists, PairOptions, RankWeights, int, int], tuple[Tensor, Tensor]]


def loss_by_rank(
    scores: Tensor, relevance: Tensor, mask: Tensor | None, options: PairOptions, sum_pairs: SumPairs
) -> tuple[Tensor, Tensor]:
    """The losses in natural logarithms [...], and their gradient [..., items], in the dtype of accumulation."""
    shape = (math.prod(scores.shape[:-1]), scores.shape[-1])
    clean = scores.reshape(shape).to(accumulation_dtype(scores.dtype))
    real = None if mask is None else mask.reshape(shape)
    lists = _ranked(clean, relevance.reshape(shape), real, options)
    within = shape[1] if options.k is None else min(options.k, shape[1])
    all_ranks = within if options.truncation == "both" else shape[1]
    values, ranked = sum_pairs(lists, options, _weights(options, clean), within, all_ranks)
    if options.first_item_decides:
        # Each item against itself, at the price of log 2.
        values = values + math.log(2) * lists.shares[:, :within].sum(dim=-1)
    gradient = torch.empty_like(ranked).scatter_(-1, lists.order, ranked)
    diverged = clean.isnan() if real is None else clean.isnan() & real
    poison = torch.where(diverged.any(dim=-1), math.nan, 0.0).to(clean.dtype)
    values, gradient = values + poison, gradient + poison.unsqueeze(-1)
    gradient = gradient if real is None else gradient.masked_fill_(~real, 0)
    return values.view(scores.shape[:-1]), gradient.view(scores.shape)


def _ranked(scores: Tensor, relevance: Tensor, real: Tensor | None, options: PairOptions) -> RankedLists:
    """Sort lists [lists, items] by their scores; shares are computed in float64."""
    largest = torch.finfo(scores.dtype).max
    finite, grades = scores.clamp(-largest, largest), relevance.to(torch.float64)
    lengths = torch.full(scores.shape[:1], scores.shape[1], device=scores.device)
    if real is not None:
        finite, grades, lengths = torch.where(real, finite, -torch.inf), torch.where(real, grades, 0), real.sum(dim=-1)
    best, order = finite.sort(dim=-1, descending=True, stable=True)
    shares = _shares(grades, options.gain, options.k).to(scores.dtype).gather(-1, order)
    if options.first_item_decides:
        shares = shares * _inverse_discounts(scores.shape[1], _last(options), scores)
    return RankedLists(best, shares, lengths, order)


def _weights(options: PairOptions, scores: Tensor) -> RankWeights:
    items, inverse, bounds = scores.shape[-1], None, None
    if options.weighting in ("lambda_rank", "ndcg_loss2pp"):
        inverse = _inverse_discounts(items, _last(options), scores)
    if options.weighting in ("ndcg_loss2", "ndcg_loss2pp"):
        bounds = _gap_bounds(items, scores) * (options.mu if options.weighting == "ndcg_loss2pp" else 1)
    return RankWeights(inverse, bounds)


def _last(options: PairOptions) -> int | None:
    """The last rank with a discounted gain."""
    return options.k if options.truncation == "metric" else None


def _inverse_discounts(items: int, last: int | None, like: Tensor) -> Tensor:
    """1 / log2(1 + rank) for the ranks from 1, and 0 past ``last``."""
    ranks = torch.arange(1, items + 1, dtype=torch.float64, device=like.device)
    inverse = 1 / torch.log2(1 + ranks)
    return (inverse if last is None else torch.where(ranks <= last, inverse, 0)).to(like.dtype)


def _gap_bounds(items: int, like: Tensor) -> Tensor:
    """1 / log2(1 + gap) - 1 / log2(2 + gap) for the gaps from 0, at which it is 0."""
    gaps = torch.arange(items, dtype=torch.float64, device=like.device)
    # At 0 the first discount would be infinite.
    bounds = 1 / torch.log2(1 + gaps.clamp(min=1)) - 1 / torch.log2(2 + gaps)
    return torch.where(gaps > 0, bounds, 0).to(like.dtype)


def _shares(grades: Tensor, gain: str, k: int | None) -> Tensor:
    gains = relative_gains(grades, gain)
    best = gains.sort(dim=-1, descending=True).values[..., :k]
    ideal = (best * _inverse_discounts(best.shape[-1], None, best)).sum(dim=-1, keepdim=True)
    return gains / torch.where(ideal > 0, ideal, 1)
