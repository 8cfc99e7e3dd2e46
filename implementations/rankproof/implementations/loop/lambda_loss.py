"""LambdaLoss, pair by pair."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

from torch import Tensor
from torch.nn.functional import logsigmoid

from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.gain import relative_gains
from rankproof.implementations.loop.lists import diverged, nan_of, real_items, rows, stack_lists, zero_of
from rankproof.implementations.reduction import accumulation_dtype

Weight = Callable[[float, float, int, int], float]


@as_declared
def lambda_loss(
    scores: Tensor,
    relevance: Tensor,
    *,
    mask: Tensor | None,
    weighting: str,
    mu: float,
    sigma: float,
    gain: str,
    base: str,
    k: int | None,
    truncation: str,
    scaling: str,
) -> Units:
    """As :func:`rankproof.implementations.lambda_loss`, by loops over lists and pairs of their items."""
    accumulated = scores.to(accumulation_dtype(scores.dtype))
    inverse = partial(_inverse_discount, last=k if truncation == "metric" else None)
    weight: Weight = partial(_WEIGHTS[weighting], inverse=inverse, mu=mu)
    values = []
    for row, grades, real in zip(rows(accumulated), rows(relevance), real_items(scores, mask), strict=True):
        if diverged(row, real):
            values.append(nan_of(row, real))
            continue
        counted = partial(_counts, k=k, both=truncation == "both", ordered=weighting != "ndcg_loss1")
        total = _total(row[real], grades[real], weight, counted, sigma, gain, k)
        values.append(total * (len(real) if scaling == "list_size" else 1) / (math.log(2) if base == "two" else 1))
    return stack_lists(values, accumulated)


def _total(
    scores: Tensor,
    grades: Tensor,
    weight: Weight,
    counts: Callable[..., bool],
    sigma: float,
    gain: str,
    k: int | None,
) -> Tensor:
    """The weighted sum of logistic losses over the pairs of one list, in natural logarithms."""
    total = zero_of(scores)
    if not any(grades > 0):
        return total
    shares = _shares(grades, gain, k)
    ranks = _ranks(scores)
    for i in range(len(ranks)):
        for j in range(len(ranks)):
            if counts(grades[i], grades[j], ranks[i], ranks[j]):
                # An item against itself leads by 0, at whatever score.
                lead = scores[i] - scores[j] if i != j else zero_of(scores)
                total = total - weight(shares[i], shares[j], ranks[i], ranks[j]) * logsigmoid(sigma * lead)
    return total


def _ranks(scores: Tensor) -> list[int]:
    """The ranks by descending score; of equal scores the first comes first."""
    known = scores.tolist()
    order = sorted(range(len(known)), key=lambda i: -known[i])
    ranks = [0] * len(known)
    for rank, i in enumerate(order, start=1):
        ranks[i] = rank
    return ranks


def _shares(grades: Tensor, gain: str, k: int | None) -> list[float]:
    """The gains over the DCG of the best order of the first k."""
    gains = relative_gains(grades.double(), gain).tolist()
    best = sorted(gains, reverse=True)[:k]
    ideal = sum(each / math.log2(1 + rank) for rank, each in enumerate(best, start=1))
    return [each / ideal for each in gains]


def _counts(
    grade: Tensor, other_grade: Tensor, rank: int, other_rank: int, *, k: int | None, both: bool, ordered: bool
) -> bool:
    """Whether the pair of an item and another is in the sum."""
    if ordered and not grade > other_grade:
        return False
    if k is None:
        return True
    return max(rank, other_rank) <= k if both else min(rank, other_rank) <= k


def _inverse_discount(rank: int, *, last: int | None = None) -> float:
    return 0.0 if last is not None and rank > last else 1 / math.log2(1 + rank)


def _lambda_rank(g: float, h: float, rank: int, other: int, *, inverse: Callable[[int], float], mu: float) -> float:
    """The change of NDCG when the two are swapped."""
    return abs(g - h) * abs(inverse(rank) - inverse(other))


def _ndcg_loss1(g: float, h: float, rank: int, other: int, *, inverse: Callable[[int], float], mu: float) -> float:
    """The share of NDCG of the first item."""
    return g * inverse(rank)


def _ndcg_loss2(g: float, h: float, rank: int, other: int, *, inverse: Callable[[int], float], mu: float) -> float:
    """The change of gain times that of the discount from the gap of the ranks to the next larger one."""
    gap = abs(rank - other)
    return abs(g - h) * (_inverse_discount(gap) - _inverse_discount(gap + 1))


def _ndcg_loss2pp(g: float, h: float, rank: int, other: int, *, inverse: Callable[[int], float], mu: float) -> float:
    """Both, the second of them mu times."""
    weights = (each(g, h, rank, other, inverse=inverse, mu=mu) for each in (_lambda_rank, _ndcg_loss2))
    return next(weights) + mu * next(weights)


_WEIGHTS = {
    "lambda_rank": _lambda_rank,
    "ndcg_loss1": _ndcg_loss1,
    "ndcg_loss2": _ndcg_loss2,
    "ndcg_loss2pp": _ndcg_loss2pp,
}
