"""How often something happens, from how often it was seen: exact limits for a Poisson count."""

from __future__ import annotations

import math


def at_most(count: int, mean: float) -> float:
    """The probability of at most ``count`` events where ``mean`` are expected."""
    term = total = math.exp(-mean)
    for k in range(1, count + 1):
        term *= mean / k
        total += term
    return total


def upper_limit(count: int, confidence: float = 0.95) -> float:
    """The largest expected number of events under which so few as ``count`` are not rarer than 1 - confidence.

    No event in N cases gives -ln(0.05) / N = 3.0 / N.
    """
    low, high = float(count), count + 10.0 + 10.0 * math.sqrt(count)
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if at_most(count, middle) > 1 - confidence else (low, middle)
    return high
