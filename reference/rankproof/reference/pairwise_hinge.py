"""Pairwise hinge loss of lists, and its gradient."""

from __future__ import annotations

import numpy as np

from rankproof.reference.arguments import Booleans, Floats
from rankproof.reference.batching import ListLoss
from rankproof.reference.declared import of_lists


@of_lists
def pairwise_hinge(s: Floats, y: Floats, *, margin: float, negatives: str, normalization: str) -> ListLoss:
    r"""Pairwise hinge loss.

    .. math:: \ell = \frac{1}{d} \sum_{(i, j) \in P} \max(0, m - (s_i - s_j))

    .. math:: \partial \ell / \partial s_k = (|\{i : (i, k) \text{ short}\}| - |\{j : (k, j) \text{ short}\}|) / d

    P pairs each item i with its negatives: all less relevant items, the highest-scored of them, or the
    highest-scored of those below item i. d is 1 or the number of pairs. A
    pair is short if it falls short of the margin; one that meets it exactly has no gradient. Of equally hard
    negatives the first is chosen.

    Args:
        scores: s, [..., items].
        relevance: grades of at least 0, [..., items].
        margin: m, the lead that costs nothing.
        negatives: "all", "hardest" or "semi_hard".
        normalization: "none" (d = 1), "list_pairs" (d = pairs of the list) or "batch_pairs" (d = 1, and a mean
            divides by the pairs of the batch).
        mask: True at a real item, [..., items].
        reduction: "none" ([...]), "sum" or "mean" over the lists; a mean over nothing is 0.

    Returns:
        The loss, float64.

    Raises:
        TypeError: scores or relevance that are not real numbers, or a mask that is not of booleans.
        ValueError: shapes that differ, a negative or NaN relevance, or an unknown choice.

    Source: Joachims (2002), Optimizing search engines using clickthrough data.
    """
    pairs = _pairs(s, y, negatives)
    with np.errstate(invalid="ignore"):
        shortfall = np.where(pairs, margin - (s[:, None] - s[None, :]), 0.0)
    short = shortfall > 0
    count = float(pairs.sum())
    divisor = max(1.0, count) if normalization == "list_pairs" else 1.0
    return ListLoss(
        value=float(np.maximum(0, shortfall).sum() / divisor),
        gradients={"scores": (short.sum(axis=0) - short.sum(axis=1)) / divisor},
        denominator=count if normalization == "batch_pairs" else 1.0,
    )


pairwise_hinge_gradient = pairwise_hinge.gradient


def _pairs(s: Floats, y: Floats, negatives: str) -> Booleans:
    """Whether item j stands against item i, [i, j]."""
    candidates: Booleans = y[:, None] > y[None, :]
    if negatives == "semi_hard":
        candidates &= s[None, :] < s[:, None]
    if negatives == "all" or s.size == 0:
        return candidates
    hardest = np.where(candidates, s[None, :], -np.inf).argmax(axis=1)
    chosen: Booleans = candidates & (np.arange(s.size) == hardest[:, None])
    return chosen
