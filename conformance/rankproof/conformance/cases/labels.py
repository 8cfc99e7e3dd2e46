"""Labels: strategies for the inputs that are no scores, by their role in the spec."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from hypothesis import strategies as st

from rankproof.conformance.cases.case import Array
from rankproof.conformance.specification.model import Role

Labels = st.SearchStrategy[Array]


def _list(elements: st.SearchStrategy[int] | st.SearchStrategy[bool], shape: tuple[int, ...], kind: type) -> Labels:
    count = int(np.prod(shape, dtype=np.int64))
    return st.lists(elements, min_size=count, max_size=count).map(
        lambda drawn: np.array(drawn, dtype=kind).reshape(shape)
    )


def relevance(shape: tuple[int, ...]) -> Labels:
    """Graded relevance 0 to 4, binary relevance, or grades in quarters."""
    quarters = _list(st.integers(0, 8), shape, np.float64).map(lambda drawn: drawn / 4)
    return st.one_of(_list(st.integers(0, 4), shape, np.float64), _list(st.integers(0, 1), shape, np.float64), quarters)


def signs(shape: tuple[int, ...]) -> Labels:
    """Targets of -1 and +1."""
    return _list(st.sampled_from([1, -1]), shape, np.float64)


def booleans(shape: tuple[int, ...]) -> Labels:
    """Which items are positive."""
    return _list(st.booleans(), shape, np.bool_)


_LONG_LABELS: dict[Role, Callable[[np.random.Generator, tuple[int, ...]], Array]] = {
    Role.RELEVANCE: lambda generator, shape: generator.integers(0, 5, shape).astype(np.float64),
    Role.SIGN: lambda generator, shape: generator.choice([-1.0, 1.0], shape),
    Role.BOOLEAN: lambda generator, shape: generator.random(shape) < 0.2,
}
_LABELS = {Role.RELEVANCE: relevance, Role.SIGN: signs, Role.BOOLEAN: booleans}


@lru_cache(maxsize=1024)  # Hypothesis takes longer to make a strategy than to draw from it
def labels(role: Role, shape: tuple[int, ...], *, long: bool = False) -> Labels:
    """Labels of a role; long lists come out of one drawn seed."""
    if long:
        draw = _LONG_LABELS[role]
        return st.integers(0, 2**32 - 1).map(lambda seed: np.asarray(draw(np.random.default_rng(seed), shape)))
    return _LABELS[role](shape)


def tries(real: Array, trials: int) -> Labels:
    """``trials`` positions out of those where ``real`` holds: a permutation that starts over, or independent draws."""
    return _tries(tuple(np.flatnonzero(real).tolist()), trials)


@lru_cache(maxsize=1024)
def _tries(allowed: tuple[int, ...], trials: int) -> Labels:
    positions = np.array(allowed, dtype=np.int64)
    if trials == 0:
        return st.just(np.zeros(0, dtype=np.int64))
    walks = st.permutations(list(range(len(positions)))).map(lambda order: np.resize(positions[order], trials))
    indices = st.lists(st.integers(0, len(positions) - 1), min_size=trials, max_size=trials)
    return st.one_of(walks, indices.map(lambda drawn: positions[np.array(drawn, dtype=np.int64)]))
