"""The oracle's number: a value with its error bound, its partial derivatives and the bounds of those.

At a kink the partial derivatives are a set. Each tie of m options has m weights that add up to 1; the
set is ``p`` plus the sum of the generators in ``g``, each times the product of the weights that its
key names. The sum is linear in each tie's weights, so that its extreme points are among those where
every tie has chosen one option.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Real = Any  # float, or mpmath's mpf
Partials = dict[int, Real]  # input component -> partial derivative, absent where 0
Monomial = frozenset[tuple[int, int]]  # (tie, option): a product of weights
Generators = dict[Monomial, Partials]

NONE: Partials = {}


class Number:
    """A value and what is known about its error; not changed once made, but for the inverse that it remembers.

    v: value. e: bound of its error, in units of the roundoff of the subject's format; 0 says that
    every implementation has exactly ``v``. p: partial derivatives. q: bounds of their errors, in the
    same units. g: generators of the gradient set, or None away from kinks. leaf: the value is an
    input's own, so that equal leaves are equal in every implementation.
    """

    __slots__ = ("e", "g", "inverse", "leaf", "p", "q", "v")

    def __init__(
        self, v: Real, e: Real, p: Partials = NONE, q: Partials = NONE, g: Generators | None = None, leaf: bool = False
    ) -> None:
        self.v = v
        self.e = e
        self.p = p
        self.q = q
        self.g = g
        self.leaf = leaf
        self.inverse: Number | None = None  # 1 / v, once it is known

    @property
    def certain(self) -> bool:
        """Whether every implementation has this value: exact, or an input as it was passed."""
        return self.leaf or self.e == 0

    def __repr__(self) -> str:
        return f"Number({self.v!r}, e={self.e!r}, p={self.p!r}, q={self.q!r}, g={self.g!r}, leaf={self.leaf})"


class NotANumber:
    """Stands in for a score that is NaN; whatever reads it raises ``NanRead``."""


def sizes(number: Number) -> Partials:
    """The largest absolute value that each partial derivative can take over the gradient set."""
    found = {component: abs(partial) for component, partial in number.p.items()}
    if number.g is None:
        return found
    ties: dict[frozenset[int], Partials] = {}
    for monomial, partials in number.g.items():
        largest = ties.setdefault(frozenset(tie for tie, _ in monomial), {})
        for component, partial in partials.items():
            largest[component] = max(largest.get(component, 0), abs(partial))
    for largest in ties.values():
        for component, size in largest.items():
            found[component] = found.get(component, 0) + size
    return found


def combined(terms: Iterable[tuple[Real, Number]]) -> tuple[Partials, Generators | None]:
    """Partials and generators of a sum of factors times numbers."""
    partials: Partials = {}
    generators: Generators = {}
    for factor, number in terms:
        add_scaled(partials, factor, number.p)
        for monomial, generator in (number.g or {}).items():
            add_scaled(generators.setdefault(monomial, {}), factor, generator)
    return partials, generators or None


def add_scaled(target: Partials, factor: Real, partials: Mapping[int, Real]) -> None:
    """Add ``factor * partials`` to ``target``, in place."""
    for component, partial in partials.items():
        scaled = factor * partial
        target[component] = target[component] + scaled if component in target else scaled
