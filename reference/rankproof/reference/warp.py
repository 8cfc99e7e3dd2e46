"""WARP of lists along a given order of trials, and its gradient."""

from __future__ import annotations

import math

import numpy as np

from rankproof.reference.arguments import Floats, Integers
from rankproof.reference.batching import ListLoss
from rankproof.reference.declared import of_lists


@of_lists
def warp(
    s: Floats,
    positives: Floats,
    tried: Integers,
    *,
    margin: float,
    violation: str,
    rank_weight: str,
    negatives: str,
    label_count: str,
    skipped: str,
    replacement: bool,
    max_trials: int | None,
    normalization: str,
) -> ListLoss:
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
    positive = positives == 1
    value, gradient = 0.0, np.zeros(s.size)
    for i in np.flatnonzero(positive):
        negative = ~positive if negatives == "non_positives" else np.arange(s.size) != i
        is_negative = (tried >= 0) & negative[tried]
        shortfall = margin - s[i] + s
        violating = {"margin": shortfall > 0, "margin_inclusive": shortfall >= 0, "misranking": s > s[i]}[violation]
        hits = np.flatnonzero(is_negative & violating[tried])
        if hits.size == 0:
            continue
        stop = hits[0]
        count = int(stop + 1 if skipped == "counted" else is_negative[: stop + 1].sum())
        if max_trials is not None and count > max_trials:
            continue
        others = s.size - 1 if label_count == "items" else int(negative.sum())
        weight, violator = _weight(others // count, rank_weight), tried[stop]
        value += weight * shortfall[violator]
        gradient[violator] += weight
        gradient[i] -= weight
    divisor = max(1, int(positive.sum())) if normalization == "positives" else 1
    return ListLoss(float(value / divisor), {"scores": gradient / divisor})


warp_gradient = warp.gradient


def _weight(rank: int, rank_weight: str) -> float:
    if rank_weight == "logarithmic":
        return math.log(max(1, rank))
    return math.fsum(1 / r for r in range(1, rank + 1))
