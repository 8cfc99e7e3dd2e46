"""Whether a gradient lies in a gradient set, within an error budget for each component.

Wolfe's algorithm (Finding the nearest point in a polytope, 1976) on the whole sum of polytopes, whose
extreme points an oracle finds one at a time. The weights add up to 1 by construction: least squares
with a row that asks for it loses members in float64, where the budget is 1e-15 of the gradient.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from rankproof.conformance.cases.case import Array
from rankproof.conformance.oracle.gradient_set import GradientSet

CLOSE = 0.02  # budgets; nearer is not looked for
_REWEIGHTINGS = 12
_NONE = 1e-17  # a weight below it is none
_LARGE = 1e10  # budgets; beyond, the members' digits run out in float64


def nearest(members: GradientSet, got: Array, budget: Array) -> Array:
    """A member of the set nearest to ``got``, by its largest distance in budgets."""
    if members.single:
        return members.base
    used = np.flatnonzero(np.any([np.any(each != 0, axis=0) for each in members.polytopes], axis=0))
    target = _clipped(members, got)[used] - members.base[used]
    problem = _Problem([each[:, used] for each in members.polytopes], target, budget[used])
    best = member = problem.solve(np.ones(len(used)))
    weights = np.ones(len(used))
    for _ in range(_REWEIGHTINGS):
        apart = np.abs(member - target) / budget[used]
        if np.max(apart) <= 1 or not np.sum(weights * apart**2) <= np.sum(weights):
            # No member is nearer than the mean over any weights: larger than 1 says that none is within 1.
            break
        # Least squares shares a distance out; weighing the far components more lowers the largest.
        weights = weights * apart
        weights = weights * len(used) / np.sum(weights)
        member = problem.solve(np.sqrt(weights))
        if np.max(np.abs(member - target) / budget[used]) < np.max(np.abs(best - target) / budget[used]):
            best = member
    found = members.base.copy()
    found[used] += best
    return found


def _clipped(members: GradientSet, got: Array) -> Array:
    """The gradient with entries far outside the set brought near it, which keeps them outside."""
    limit = 4 * members.largest() + 1e-300
    return np.asarray(np.clip(np.nan_to_num(got, nan=0.0, posinf=np.inf, neginf=-np.inf), -limit, limit))


class _Problem:
    """The sum of polytopes, a target, and the budget of each component."""

    def __init__(self, polytopes: Sequence[Array], target: Array, budget: Array) -> None:
        self._rows = np.concatenate(polytopes)
        self._target = target
        self._budget = budget
        sizes = [len(each) for each in polytopes]
        self._owners = np.repeat(np.arange(len(sizes)), sizes)
        self._starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])

    def solve(self, row_weights: Array) -> Array:
        """The sum of one point of each polytope that is nearest to the target in weighted least squares."""
        scale = row_weights / self._budget
        target = self._target * scale
        point = self._extreme(-target * scale)
        places, points, weights = [point * scale - target], [point], np.ones(1)
        for _ in range(20 + 6 * len(target)):
            x = _mixed(weights, np.array(places))
            if np.max(np.abs(x)) <= CLOSE:
                break
            point = self._extreme(x * scale)
            place = point * scale - target
            if not x @ x - x @ place > 1e-9 * (x @ x) or any(np.array_equal(place, each) for each in places):
                break
            places.append(place)
            points.append(point)
            weights = _reduced(places, points, np.append(weights, 0.0))
        return _mixed(weights, np.array(points))

    def _extreme(self, direction: Array) -> Array:
        """The point of the sum that lies furthest against a direction."""
        heights = self._rows @ direction
        lowest = np.flatnonzero(heights == np.minimum.reduceat(heights, self._starts)[self._owners])
        chosen = lowest[np.unique(self._owners[lowest], return_index=True)[1]]
        return np.asarray(self._rows[chosen].sum(axis=0))


def _reduced(places: list[Array], points: list[Array], weights: Array) -> Array:
    """Weights of the nearest point of the places' hull; places that get none are dropped."""
    while True:
        wanted = _affine(np.array(places))
        if np.all(wanted > _NONE):
            return wanted
        falling = wanted <= _NONE
        steps = np.where(falling, weights / np.where(weights > wanted, weights - wanted, 1), np.inf)
        step = min(1.0, float(np.min(steps[falling])))
        weights = weights + step * (wanted - weights)
        keep = weights > _NONE
        if keep.all():
            keep[int(np.argmin(np.where(falling, weights, np.inf)))] = False
        for index in reversed(np.flatnonzero(~keep)):
            del places[index], points[index]
        weights = weights[keep] / np.sum(weights[keep])
        if len(weights) == 1:
            return weights


def _affine(places: Array) -> Array:
    """Weights, of any sign, of the nearest point of the places' affine hull to the origin."""
    if len(places) == 1:
        return np.ones(1)
    differences = (places[1:] - places[0]).T
    weights = np.zeros(len(places))
    weights[0] = 1
    for _ in range(2 if np.max(np.abs(places)) > _LARGE else 1):
        # The second round, on what the first has left over, brings back the digits lost to cancellation.
        left = _mixed(weights, places)
        solution = np.linalg.lstsq(differences, -left, rcond=1e-13)[0]
        weights = weights + np.concatenate([[-np.sum(solution)], solution])
    return weights


def _mixed(weights: Array, points: Array) -> Array:
    """The weighted sum of the points, each component rounded once."""
    return np.array([math.fsum(column) for column in (weights[:, None] * points).T])
