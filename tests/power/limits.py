"""Exact limits of a probability, from how often something was seen (Clopper and Pearson)."""

from __future__ import annotations

import math


def _at_least(count: int, runs: int, p: float) -> float:
    """P(X >= count) of Binomial(runs, p)."""
    if count <= 0 or p >= 1:
        return 1.0
    if p <= 0:
        return 0.0
    ways, hit, miss = math.lgamma(runs + 1), math.log(p), math.log1p(-p)
    return math.fsum(
        math.exp(ways - math.lgamma(k + 1) - math.lgamma(runs - k + 1) + k * hit + (runs - k) * miss)
        for k in range(count, runs + 1)
    )


def lower_limit(count: int, runs: int, confidence: float = 0.95) -> float:
    """The smallest probability under which as many as ``count`` are not rarer than 1 - confidence."""
    if count == 0:
        return 0.0
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _at_least(count, runs, middle) < 1 - confidence else (low, middle)
    return low


def upper_limit(count: int, runs: int, confidence: float = 0.95) -> float:
    """The largest probability under which as few as ``count`` are not rarer than 1 - confidence."""
    return 1 - lower_limit(runs - count, runs, confidence)
