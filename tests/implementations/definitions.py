"""The losses written down once more, list by list in float64, with gradients from autograd."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from torch import Tensor

from rankproof.implementations.cuda import launch, warp_search

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


def gradient(result: Tensor, scores: Tensor, upstream: Tensor) -> Tensor:
    """The gradient of a result that may not depend on the scores at all."""
    (found,) = torch.autograd.grad(result, scores, upstream.to(result), allow_unused=True)
    return torch.zeros_like(scores) if found is None else found


def reduced(values: list[Tensor], denominators: list[int], reduction: str, shape: torch.Size) -> Tensor:
    """The values of the lists as none, sum or mean."""
    units = torch.stack(values)
    if reduction == "none":
        return units.reshape(shape)
    return units.sum() if reduction == "sum" else units.sum() / max(1, sum(denominators))


def real_lists(scores: Tensor, labels: Tensor, mask: Tensor | None) -> Iterator[tuple[Tensor, Tensor]]:
    """Each list without its padding."""
    items = scores.shape[-1]
    lists = zip(scores.double().reshape(-1, items), labels.reshape(-1, items), strict=True)
    real = torch.ones_like(labels, dtype=torch.bool) if mask is None else mask
    for (row, row_labels), row_real in zip(lists, real.reshape(-1, items), strict=True):
        yield row[row_real], row_labels[row_real]


def pairwise_hinge(
    scores: Tensor,
    relevance: Tensor,
    *,
    margin: float = 1.0,
    negatives: str = "all",
    normalization: str = "none",
    mask: Tensor | None = None,
    reduction: str = "mean",
) -> Tensor:
    """All pairs of a list at once; of several hardest negatives the first."""
    values, pairs = [], []
    for s, y in real_lists(scores, relevance, mask):
        candidate = y[:, None] > y[None, :]
        if negatives == "semi_hard":
            candidate = candidate & (s[None, :] < s[:, None])
        if negatives != "all" and len(s):
            hardest = torch.where(candidate, s.detach()[None, :], -math.inf).argmax(1)
            candidate = candidate & (torch.arange(len(s), device=s.device)[None, :] == hardest[:, None])
        pairs.append(int(candidate.sum()))
        total = (torch.relu(margin - (s[:, None] - s[None, :])) * candidate).sum()
        values.append(total / max(1, pairs[-1]) if normalization == "list_pairs" else total)
    denominators = pairs if normalization == "batch_pairs" else [1] * len(pairs)
    return reduced(values, denominators, reduction, scores.shape[:-1])


def pairwise_logistic(
    scores: Tensor,
    relevance: Tensor,
    *,
    temperature: float = 1.0,
    base: str = "natural",
    ties: str = "out",
    normalization: str = "none",
    mask: Tensor | None = None,
    reduction: str = "mean",
) -> Tensor:
    """The cross-entropy of each pair above the diagonal with its target: 1, 0, or one half."""
    values, pairs = [], []
    for s, y in real_lists(scores, relevance, mask):
        counted = torch.ones(len(s), len(s), dtype=torch.bool, device=s.device).triu(1)
        if ties == "out":
            counted = counted & (y[:, None] != y[None, :])
        pairs.append(int(counted.sum()))
        target = (1 + (y[:, None] > y[None, :]).double() - (y[:, None] < y[None, :]).double()) / 2
        lead = torch.where(counted, s[:, None] - s[None, :], 0) / temperature
        cost = target * torch.logaddexp(-lead, lead * 0) + (1 - target) * torch.logaddexp(lead, lead * 0)
        total = (cost * counted).sum() / (math.log(2) if base == "two" else 1)
        values.append(total / max(1, pairs[-1]) if normalization == "list_pairs" else total)
    denominators = pairs if normalization == "batch_pairs" else [1] * len(pairs)
    return reduced(values, denominators, reduction, scores.shape[:-1])


def approx_ndcg(
    scores: Tensor,
    relevance: Tensor,
    *,
    temperature: float = 1.0,
    gain: str = "exponential",
    form: str = "negative",
    nothing_relevant: str = "zero",
    k: int | None = None,
    cutoff_temperature: float = 0.25,
    mask: Tensor | None = None,
    reduction: str = "mean",
) -> Tensor:
    """The n x n matrix of sigmoids, half of whose diagonal of one halves makes the 1 of the rank."""
    values, counted = [], []
    for s, y in real_lists(scores, relevance, mask):
        gains = 2 ** y.double() - 1 if gain == "exponential" else y.double()
        counted.append(int(bool((y > 0).any()) or nothing_relevant != "skip"))
        if (y > 0).any():
            rank = 0.5 + torch.sigmoid((s[None, :] - s[:, None]) / temperature).sum(1)
            passed = 1 if k is None else torch.sigmoid((k + 0.5 - rank) / cutoff_temperature)
            best = gains.sort(descending=True).values[:k]
            discounts = torch.arange(2, len(best) + 2, dtype=torch.float64, device=s.device).log2()
            ndcg = (gains * passed / torch.log2(1 + rank)).sum() / (best / discounts).sum()
        else:
            ndcg = s.sum() * 0 + (nothing_relevant == "one")
        value = {"negative": -ndcg, "one_minus": 1 - ndcg, "metric": ndcg}[form]
        values.append(value * counted[-1])
    return reduced(values, counted, reduction, scores.shape[:-1])


def soft_rank(
    scores: Tensor,
    *,
    temperature: float = 1.0,
    direction: str = "descending",
    first_rank: str = "one",
    mask: Tensor | None = None,
    reduction: str = "none",
) -> Tensor:
    """The n x n matrix of sigmoids, half of whose diagonal is taken off; 0 at the padding."""
    items = scores.shape[-1]
    real = torch.ones_like(scores, dtype=torch.bool) if mask is None else mask
    sign = 1 if direction == "descending" else -1
    found = []
    for row, kept in zip(scores.double().reshape(-1, items), real.reshape(-1, items), strict=True):
        s = sign * row[kept]
        rank = (0.5 if first_rank == "one" else -0.5) + torch.sigmoid((s[None, :] - s[:, None]) / temperature).sum(1)
        found.append(torch.zeros_like(row).masked_scatter(kept, rank))
    ranks = torch.stack(found).reshape(scores.shape)
    if reduction == "none":
        return ranks
    return ranks.sum() if reduction == "sum" else ranks.sum() / max(1, int(real.sum()))


def warp(
    scores: Tensor,
    positives: Tensor,
    order: Tensor,
    *,
    margin: float = 1.0,
    violation: str = "margin",
    rank_weight: str = "harmonic",
    negatives: str = "non_positives",
    label_count: str = "items",
    skipped: str = "free",
    max_trials: int | None = None,
    normalization: str = "none",
    mask: Tensor | None = None,
    reduction: str = "mean",
) -> Tensor:
    """Each positive walks the order, one trial after the other."""
    items = scores.shape[-1]
    real = torch.ones_like(scores, dtype=torch.bool) if mask is None else mask
    violates: Callable[[float, float], bool] = {
        "margin": lambda s_i, s_j: margin - (s_i - s_j) > 0,
        "margin_inclusive": lambda s_i, s_j: margin - (s_i - s_j) >= 0,
        "misranking": lambda s_i, s_j: s_j > s_i,
    }[violation]

    def value(s: Tensor, positive: list[bool], kept: list[bool], walk: list[int]) -> Tensor:
        listed = [i for i in range(items) if kept[i] and positive[i]]
        numbers = s.tolist()
        total = s[:0].sum()
        for i in listed:
            others = [j for j in range(items) if kept[j] and j != i]
            candidates = others if negatives == "others" else [j for j in others if not positive[j]]
            trials = 0
            for j in walk:
                trials += j in candidates or skipped == "counted"
                if max_trials is not None and trials > max_trials:
                    break
                if j in candidates and violates(numbers[i], numbers[j]):
                    labels = sum(kept) if label_count == "items" else 1 + len(candidates)
                    total = total + weight((labels - 1) // trials, rank_weight) * (margin - s[i] + s[j])
                    break
        return total / max(1, len(listed)) if normalization == "positives" else total

    flat = (scores.double(), positives != 0, real)
    s, positive, kept = (tensor.reshape(-1, items) for tensor in flat)
    walks = order.reshape(len(s), order.shape[-1]).tolist()
    values = [value(*each) for each in zip(s, positive.tolist(), kept.tolist(), walks, strict=True)]
    return reduced(values, [1] * len(values), reduction, scores.shape[:-1])


def weight(rank: int, rank_weight: str) -> float:
    """The weight of an estimated rank."""
    return math.log(max(1, rank)) if rank_weight == "logarithmic" else sum(1 / r for r in range(1, rank + 1))


def holds(
    loss: Callable[..., Tensor], definition: Callable[..., Tensor], inputs: tuple[Any, ...], **options: Any
) -> None:
    """Assert that value and gradient are the definition's, for an upstream gradient of random numbers.

    The first input is the scores; where ``mask`` is given, the gradient of the padding has to be 0.
    """
    scores = inputs[0].detach().requires_grad_()
    result, expected = (function(scores, *inputs[1:], **options) for function in (loss, definition))
    upstream = torch.randn(result.shape, generator=torch.Generator().manual_seed(1), dtype=torch.float64).to(result)
    got, wanted = gradient(result, scores, upstream), gradient(expected, scores, upstream)
    mask = options.get("mask")
    if mask is not None:
        assert (got[~mask] == 0).all()
        got, wanted = got[mask], wanted[mask]
    tolerances = {torch.float64: (1e-12, 1e-13), torch.float32: (2e-5, 2e-6)}
    rtol, atol = tolerances.get(scores.dtype, (0.02, 0.02))

    assert result.dtype == scores.dtype
    torch.testing.assert_close(result.double(), expected.double(), rtol=rtol, atol=atol, equal_nan=True)
    torch.testing.assert_close(got.double(), wanted.double(), rtol=rtol, atol=atol)


def cut_into_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every list a long one, and the tiles of long lists 4 x 8."""
    for module in (launch, warp_search):
        monkeypatch.setattr(module, "LONGEST_SHORT_LIST", 0)
    monkeypatch.setattr(launch, "COLUMNS_OF_A_TILE", 8)
    monkeypatch.setattr(launch, "PAIRS_OF_A_TILE", 32)
    monkeypatch.setattr(warp_search, "POSITIVES_OF_A_TILE", 2)
    monkeypatch.setattr(warp_search, "COLUMNS_OF_A_TILE", 4)
    monkeypatch.setattr(warp_search, "ITEMS_OF_A_SCAN", 4)
    monkeypatch.setattr(warp_search, "ENOUGH_PROGRAMS", 4)
