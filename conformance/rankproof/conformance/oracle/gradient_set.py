"""The set of gradients at kinks, as a sum of polytopes, one for each group of ties that occur in products."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rankproof.conformance.cases.case import Array
from rankproof.conformance.oracle.numbers import Generators, Monomial, Partials

MOST_VERTICES = 1024  # of one polytope
MOST_COLUMNS = 1200  # of all


class TooManyKinks(Exception):
    """A gradient set with more extreme points than can be searched."""


@dataclass(frozen=True, eq=False)
class GradientSet:
    """``base`` plus one point of the convex hull of the rows of each of ``polytopes``.

    Each polytope's first row is 0.
    """

    base: Array  # [components]
    polytopes: tuple[Array, ...] = ()  # each [vertices, components]

    @property
    def single(self) -> bool:
        """Whether the set has one member."""
        return not self.polytopes

    def scaled(self, factor: float) -> GradientSet:
        """Every member times a factor."""
        if factor == 0:
            return GradientSet(np.zeros_like(self.base))
        return GradientSet(factor * self.base, tuple(factor * each for each in self.polytopes))

    def restricted(self, components: Array) -> GradientSet:
        """The members' entries at some components."""
        return _simplified(self.base[components], [each[:, components] for each in self.polytopes])

    def middle(self) -> Array:
        """The member that weighs all extreme points of each polytope alike."""
        return self.base + sum((each.mean(axis=0) for each in self.polytopes), np.zeros_like(self.base))

    def largest(self) -> Array:
        """The largest absolute value of each component over the set."""
        low = self.base + sum((each.min(axis=0) for each in self.polytopes), np.zeros_like(self.base))
        high = self.base + sum((each.max(axis=0) for each in self.polytopes), np.zeros_like(self.base))
        return np.asarray(np.maximum(np.abs(low), np.abs(high)))


def gradient_set(partials: Partials, generators: Generators | None, components: int) -> GradientSet:
    """The set that a number's partial derivatives span.

    Raises
    ------
    TooManyKinks
        For a set that is too large to be searched.
    """
    base = dense(partials, components)
    if not generators:
        return GradientSet(base)
    polytopes = []
    for group in _groups(generators):
        members = {monomial: generators[monomial] for monomial in group}
        polytopes.append(_vertices(members, components))
    return _simplified(base, polytopes)


def dense(partials: Partials, components: int) -> Array:
    """Sparse partials as an array."""
    found = np.zeros(components)
    for component, partial in partials.items():
        found[component] = partial
    return found


def _groups(generators: Generators) -> list[list[Monomial]]:
    """Monomials connected by ties that they share."""
    leader: dict[int, int] = {}

    def find(tie: int) -> int:
        while leader.setdefault(tie, tie) != tie:
            tie = leader[tie]
        return tie

    for monomial in generators:
        first, *others = (find(tie) for tie, _ in monomial)
        for other in others:
            leader[find(other)] = find(first)
    groups: dict[int, list[Monomial]] = {}
    for monomial in generators:
        groups.setdefault(find(next(iter(monomial))[0]), []).append(monomial)
    return list(groups.values())


def _vertices(generators: Generators, components: int) -> Array:
    """One row for each choice of an option at every tie."""
    options: dict[int, set[int]] = {}
    for monomial in generators:
        for tie, option in monomial:
            options.setdefault(tie, set()).add(option)
    if math.prod(len(each) for each in options.values()) > MOST_VERTICES:
        raise TooManyKinks(f"kinks that act on each other have more than {MOST_VERTICES} combinations")
    rows = []
    terms = [(monomial, dense(part, components)) for monomial, part in generators.items() if part]
    for choice in itertools.product(*(sorted(each) for each in options.values())):
        chosen = frozenset(zip(options, choice, strict=True))
        rows.append(_added((part for monomial, part in terms if monomial <= chosen), components))
    return np.array(rows)


def _added(parts: Iterable[Array], components: int) -> Array:
    total = np.zeros(components)
    for part in parts:
        total += part
    return total


def _simplified(base: Array, polytopes: Sequence[Array]) -> GradientSet:
    """The same set with as few polytopes and rows as can be had cheaply."""
    base = base.copy()
    parallel: dict[Any, Array] = {}
    for vertices in polytopes:
        rows = vertices if len(vertices) == 2 and (vertices[0] != vertices[1]).any() else np.unique(vertices, axis=0)
        base += rows[0]
        shifted = rows - rows[0]
        if len(rows) == 1:
            continue
        # A segment counts by its direction, so that parallel ones become one segment.
        key = _direction(shifted[1]) if len(rows) == 2 else (len(rows), id(vertices))
        if len(rows) == 2 and key in parallel:
            base, parallel[key] = _joined(base, parallel[key], shifted[1])
        else:
            parallel[key] = shifted
    if sum(len(each) for each in parallel.values()) > MOST_COLUMNS:
        raise TooManyKinks(f"the gradient set has more than {MOST_COLUMNS} extreme directions")
    return GradientSet(base, tuple(parallel.values()))


def _direction(vector: Array) -> bytes:
    """Equal for parallel vectors of equal proportions, of either sign."""
    pivot = vector[np.argmax(np.abs(vector))]
    return np.asarray(vector / pivot + 0.0).tobytes()


def _joined(base: Array, segment: Array, other: Array) -> tuple[Array, Array]:
    """The sum of two parallel segments from 0, with what it starts from."""
    if segment[1] @ other < 0:
        # [0, s] + [0, o] with o against s is [o, s]: it starts from o and is s - o long.
        return base + other, np.array([np.zeros_like(other), segment[1] - other])
    return base, np.array([np.zeros_like(other), segment[1] + other])
