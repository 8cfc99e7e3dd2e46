"""Score families: each is a strategy for the scores of one case, named for what it stresses."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from hypothesis import strategies as st

from rankproof.conformance.cases.case import Array
from rankproof.conformance.cases.dtypes import round_to

Scores = st.SearchStrategy[Array]

GRID = 0.5  # the spacing of certified scores; parameters in units of the scores lie on it too


def _decimals(count: int, largest: int, digits: int) -> Scores:
    """Decimals of a few digits: full significands after rounding, yet readable when shrunk."""
    integers = st.lists(st.integers(-largest, largest), min_size=count, max_size=count)
    return integers.map(lambda numbers: np.array(numbers, dtype=np.float64) / 10**digits)


def moderate(count: int) -> Scores:
    """Scores of the size that training sees, within ±3."""
    return _decimals(count, 3000, 3)


def wide(count: int) -> Scores:
    """Scores within ±60, where a clamp at 1e-7 or a naive exponential shows."""
    return _decimals(count, 6000, 2)


def shifted(count: int) -> Scores:
    """Moderate scores at an offset of -50, where a finite mask sentinel and plain prefix sums fail."""
    return moderate(count).map(lambda scores: scores - 50.0)


def far_shifted(count: int) -> Scores:
    """Moderate scores at an offset of 1e4."""
    return moderate(count).map(lambda scores: scores + 1e4)


def huge(count: int) -> Scores:
    """Scores within ±1e4."""
    return _decimals(count, 100_000, 1)


def vast(count: int) -> Scores:
    """Scores within ±3e4, whose differences float16 can hold, but not the sums of those."""
    return _decimals(count, 30_000, 0)


def apart(count: int) -> Scores:
    """Moderate scores some of which lie 200 higher, so that exponentials of differences overflow."""
    steps = st.lists(st.sampled_from([0.0, 200.0, -200.0]), min_size=count, max_size=count).map(np.array)
    return st.tuples(moderate(count), steps).map(lambda both: both[0] + both[1])


def certified(count: int) -> Scores:
    """Scores on a coarse grid on which every sum is exact in every dtype: ties and kinks are true ones."""
    integers = st.lists(st.integers(-4, 4), min_size=count, max_size=count)
    return integers.map(lambda numbers: GRID * np.array(numbers, dtype=np.float64))


def tied(count: int) -> Scores:
    """Certified scores of two or three values, so that most items are tied with another."""
    integers = st.lists(st.integers(0, 2), min_size=count, max_size=count)
    return integers.map(lambda numbers: 2 * GRID * np.array(numbers, dtype=np.float64))


def normal(count: int) -> Scores:
    """Standard normal scores out of one drawn seed: cheap to draw for long lists, and of full precision."""
    return st.integers(0, 2**32 - 1).map(lambda seed: np.random.default_rng(seed).standard_normal(count))


LONG = "long"  # the family of lists too long to be read
FAMILIES: dict[str, Callable[[int], Scores]] = {
    "moderate": moderate,
    "wide": wide,
    "shifted": shifted,
    "far_shifted": far_shifted,
    "huge": huge,
    "vast": vast,
    "apart": apart,
    "certified": certified,
    "tied": tied,
    LONG: normal,
}
CERTIFIED = frozenset({"certified", "tied"})


@lru_cache(maxsize=1024)  # Hypothesis takes longer to make a strategy than to draw from it
def scores(family: str, shape: tuple[int, ...], dtype: str) -> Scores:
    """Scores of a family in a shape, representable in the dtype."""
    count = int(np.prod(shape, dtype=np.int64))
    return FAMILIES[family](count).map(lambda values: round_to(values, dtype).reshape(shape))
