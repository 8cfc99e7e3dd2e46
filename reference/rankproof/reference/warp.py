"""WARP of lists along a given order of trials, and its gradient."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from rankproof.reference.arguments import (
    Booleans,
    Floats,
    Integers,
    check_choice,
    check_count,
    check_real,
    read_like,
    read_mask,
    read_order,
    read_scores,
    refuse,
)
from rankproof.reference.batching import ListLoss, Units, evaluate_lists, pull_back, reduce_values


@dataclass(frozen=True)
class _Conventions:
    margin: float
    violation: str
    rank_weight: str
    negatives: str
    label_count: str
    skipped: str
    max_trials: int | None
    normalization: str

    def check(self) -> None:
        check_real("margin", self.margin)
        check_choice("violation", self.violation, ("margin", "margin_inclusive", "misranking"))
        check_choice("rank_weight", self.rank_weight, ("harmonic", "logarithmic"))
        check_choice("negatives", self.negatives, ("non_positives", "others"))
        check_choice("label_count", self.label_count, ("items", "negatives"))
        check_choice("skipped", self.skipped, ("free", "counted"))
        check_count("max_trials", self.max_trials)
        check_choice("normalization", self.normalization, ("none", "positives"))


def warp(
    scores: ArrayLike,
    positives: ArrayLike,
    order: ArrayLike | None = None,
    *,
    margin: float = 1.0,
    violation: str = "margin",
    rank_weight: str = "harmonic",
    negatives: str = "non_positives",
    label_count: str = "items",
    skipped: str = "free",
    replacement: bool = False,
    max_trials: int | None = None,
    normalization: str = "none",
    mask: ArrayLike | None = None,
    reduction: str = "mean",
) -> Floats | float:
    r"""WARP, weighted approximate-rank pairwise loss.

    .. math:: \ell = \frac{1}{d} \sum_{i \in P} L\!\left(\left\lfloor \frac{Y - 1}{N_i} \right\rfloor\right)
        (m - s_i + s_{v_i})

    Items are tried in order until v_i, the first negative that violates positive i, is found at trial N_i; a
    positive without one adds 0. L(r) = 1 + 1/2 + ... + 1/r or ln max(1, r); d is 1 or the number of positives.

    Args:
        scores: s, [..., items].
        positives: which items are positive, booleans (or 0 and 1), [..., items].
        order: positions of the items in the order in which they are tried, [..., trials].
        margin: m, the lead that costs nothing.
        violation: a negative violates when its shortfall m - s_i + s_j is above 0 ("margin"), when it is at least 0
            ("margin_inclusive"), or when s_j > s_i ("misranking").
        rank_weight: L, "harmonic" or "logarithmic".
        negatives: of a positive, "non_positives", or all "others".
        label_count: Y counts all "items", or the positive and its "negatives".
        skipped: an item that is tried and is no negative is "free", or "counted" as a trial.
        replacement: how an order would be drawn; without effect, since the order is given.
        max_trials: give up after so many trials; None for never.
        normalization: "none" (d = 1) or "positives".
        mask: True at a real item, [..., items].
        reduction: "none" ([...]), "sum" or "mean" over the lists; the mean over no list is 0.

    Returns:
        The loss, float64.

    Raises:
        TypeError: scores or positives that are not real numbers, an order that is not of integers, or a mask that
            is not of booleans.
        ValueError: no order, shapes that differ, an index outside the list, or an unknown choice.

    Source: Weston, Bengio, Usunier (2011), WSABIE: scaling up to large vocabulary image annotation.
    """
    conventions = _Conventions(
        margin, violation, rank_weight, negatives, label_count, skipped, max_trials, normalization
    )
    units = _units(scores, positives, order, mask, conventions)
    return reduce_values(units.values, units.denominators, reduction)


def warp_gradient(
    scores: ArrayLike,
    positives: ArrayLike,
    order: ArrayLike | None = None,
    *,
    margin: float = 1.0,
    violation: str = "margin",
    rank_weight: str = "harmonic",
    negatives: str = "non_positives",
    label_count: str = "items",
    skipped: str = "free",
    replacement: bool = False,
    max_trials: int | None = None,
    normalization: str = "none",
    mask: ArrayLike | None = None,
    reduction: str = "mean",
    upstream: ArrayLike | None = None,
) -> dict[str, Floats]:
    r"""Gradient of :func:`warp`; the weights are constants.

    .. math:: \partial \ell / \partial s_k = \frac{1}{d} \left(\sum_{i : v_i = k} L_i - L_k\right)

    Args:
        upstream: the gradient of the result, in the result's shape; ones by default. The other arguments are
            those of :func:`warp`.

    Returns:
        The gradient of ``scores``, [..., items]; 0 at padding.

    Raises:
        TypeError: as :func:`warp`.
        ValueError: as :func:`warp`, or an upstream gradient of another shape than the result.
    """
    conventions = _Conventions(
        margin, violation, rank_weight, negatives, label_count, skipped, max_trials, normalization
    )
    units = _units(scores, positives, order, mask, conventions)
    reaching = pull_back(units.values, units.denominators, reduction, upstream)
    return {"scores": reaching[..., None] * units.gradients}


def _units(
    scores: ArrayLike, positives: ArrayLike, order: ArrayLike | None, mask: ArrayLike | None, conventions: _Conventions
) -> Units:
    conventions.check()
    s = read_scores("scores", scores)
    labels = read_like("positives", positives, "scores", s)
    if order is None:
        raise ValueError("order: got None, expected positions of items; the reference is deterministic and draws none")
    trials = read_order("order", order, "scores", s)
    real = read_mask(mask, "scores", s)
    refuse("positives", labels, real & (labels != 0) & (labels != 1), "0 or 1")

    def loss_of(place: tuple[int, ...], items: Booleans) -> ListLoss:
        # Positions among the real items; padding becomes -1, which is no negative of anything.
        position = np.where(items, np.cumsum(items) - 1, -1)
        return _list_loss(s[place][items], labels[place][items] == 1, position[trials[place]], conventions)

    return evaluate_lists(s, real, loss_of)


def _list_loss(s: Floats, positive: Booleans, tried: Integers, c: _Conventions) -> ListLoss:
    value, gradient = 0.0, np.zeros(s.size)
    for i in np.flatnonzero(positive):
        negative = ~positive if c.negatives == "non_positives" else np.arange(s.size) != i
        is_negative = (tried >= 0) & negative[tried]
        shortfall = c.margin - s[i] + s
        violating = {"margin": shortfall > 0, "margin_inclusive": shortfall >= 0, "misranking": s > s[i]}[c.violation]
        hits = np.flatnonzero(is_negative & violating[tried])
        if hits.size == 0:
            continue
        stop = hits[0]
        count = int(stop + 1 if c.skipped == "counted" else is_negative[: stop + 1].sum())
        if c.max_trials is not None and count > c.max_trials:
            continue
        others = s.size - 1 if c.label_count == "items" else int(negative.sum())
        weight, violator = _weight(others // count, c.rank_weight), tried[stop]
        value += weight * shortfall[violator]
        gradient[violator] += weight
        gradient[i] -= weight
    divisor = max(1, int(positive.sum())) if c.normalization == "positives" else 1
    return ListLoss(float(value / divisor), gradient / divisor)


def _weight(rank: int, rank_weight: str) -> float:
    if rank_weight == "logarithmic":
        return math.log(max(1, rank))
    return math.fsum(1 / r for r in range(1, rank + 1))
