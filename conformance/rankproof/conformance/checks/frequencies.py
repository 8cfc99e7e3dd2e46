"""Whether outcomes occur as often as they should, by two tests that hold exactly for every number of draws.

Each count: an outcome of probability p comes up in n independent draws a Binomial(n, p) number of times, whose
tails are summed exactly. This sees one outcome that is far too frequent or too rare.

All counts together: the relative entropy D of the observed frequencies to the probabilities of k outcomes has
P(D >= d) <= exp(-n d) (e n d / (k - 1))^(k - 1) for n d > k - 1 (Agrawal 2020, Finite-sample concentration of the
multinomial in relative entropy, https://arxiv.org/abs/1904.02291). This sees many small shifts in one direction.

Chi-square is of no use at such levels: with an expected count of 10 its tail at 1e-9 is off by powers of ten.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from rankproof.conformance.cases.case import Array


@lru_cache(maxsize=512)
def _tails(draws: int, probability: float) -> tuple[Array, Array]:
    """P(X <= k) and P(X >= k) for k = 0 .. draws."""
    if probability <= 0 or probability >= 1:
        certain = draws if probability >= 1 else 0
        k = np.arange(draws + 1)
        return (k >= certain).astype(np.float64), (k <= certain).astype(np.float64)
    hit, miss = math.log(probability), math.log1p(-probability)
    ways = math.lgamma(draws + 1)
    logarithms = [
        ways - math.lgamma(k + 1) - math.lgamma(draws - k + 1) + k * hit + (draws - k) * miss for k in range(draws + 1)
    ]
    mass = np.exp(np.array(logarithms))
    # Each tail is summed from its far end, where the terms are smallest.
    return np.minimum(np.cumsum(mass), 1.0), np.minimum(np.cumsum(mass[::-1])[::-1], 1.0)


def surprise_of_count(count: int, draws: int, probability: float) -> float:
    """The two-sided p-value of one count."""
    lower, upper = _tails(draws, probability)
    return min(1.0, 2 * float(min(lower[count], upper[count])))


def accepted(draws: int, probabilities: Sequence[float], alarm: float) -> Array:
    """For each outcome the least and the largest count that is accepted; right counts all are, but for ``alarm``."""
    each = alarm / (2 * max(1, len(probabilities)))
    rows = []
    for probability in probabilities:
        lower, upper = _tails(draws, probability)
        rows.append((int(np.argmax(lower >= each)), draws - int(np.argmax(upper[::-1] >= each))))
    return np.array(rows, dtype=np.int64).reshape(-1, 2)


def surprise_of_entropy(counts: Array, probabilities: Array) -> float:
    """A bound of the p-value of all counts together, by their relative entropy."""
    seen = counts > 0
    if (probabilities[seen] <= 0).any():
        return 0.0
    draws, degrees = float(counts.sum()), int((probabilities > 0).sum()) - 1
    if degrees < 1:
        return 1.0
    return _bound(float((counts[seen] * np.log(counts[seen] / (draws * probabilities[seen]))).sum()), degrees)


def _bound(exponent: float, degrees: int) -> float:
    """The bound of P(n D >= exponent)."""
    if exponent <= degrees:
        return 1.0
    return math.exp(min(0.0, degrees * (1 + math.log(exponent / degrees)) - exponent))


def accepted_entropy(outcomes: int, alarm: float) -> float:
    """The largest n D of so many possible outcomes that is accepted; right counts exceed it at most at ``alarm``."""
    degrees = max(1, outcomes - 1)
    low, high = float(degrees), 4 * (degrees - math.log(alarm))
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if _bound(middle, degrees) > alarm else (low, middle)
    return high


def surprise(counts: Array, probabilities: Array) -> float:
    """A p-value of all counts: right ones have one of at most ``alarm`` with a probability of at most ``alarm``."""
    draws = int(counts.sum())
    single = min(surprise_of_count(int(count), draws, float(p)) for count, p in zip(counts, probabilities, strict=True))
    return min(1.0, 2 * len(counts) * single, 2 * surprise_of_entropy(counts, probabilities))
