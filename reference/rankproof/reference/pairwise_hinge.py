"""Pairwise hinge loss of lists, and its gradient."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from rankproof.reference.arguments import (
    Booleans,
    Floats,
    check_choice,
    check_real,
    read_like,
    read_mask,
    read_scores,
    refuse,
)
from rankproof.reference.batching import ListLoss, Units, evaluate_lists, pull_back, reduce_values


def pairwise_hinge(
    scores: ArrayLike,
    relevance: ArrayLike,
    *,
    margin: float = 1.0,
    negatives: str = "all",
    normalization: str = "none",
    mask: ArrayLike | None = None,
    reduction: str = "mean",
) -> Floats | float:
    r"""Pairwise hinge loss.

    .. math:: \ell = \frac{1}{d} \sum_{(i, j) \in P} \max(0, m - (s_i - s_j))

    P pairs each item i with its negatives: all less relevant items, the highest-scored of them, or the
    highest-scored of those below item i. d is 1 or the number of pairs.

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
    units = _units(scores, relevance, margin, negatives, normalization, mask)
    return reduce_values(units.values, units.denominators, reduction)


def pairwise_hinge_gradient(
    scores: ArrayLike,
    relevance: ArrayLike,
    *,
    margin: float = 1.0,
    negatives: str = "all",
    normalization: str = "none",
    mask: ArrayLike | None = None,
    reduction: str = "mean",
    upstream: ArrayLike | None = None,
) -> dict[str, Floats]:
    r"""Gradient of :func:`pairwise_hinge`.

    .. math:: \partial \ell / \partial s_k = (|\{i : (i, k) \text{ short}\}| - |\{j : (k, j) \text{ short}\}|) / d

    A pair is short if it falls short of the margin; one that meets it exactly has no gradient. Of equally hard
    negatives the first is chosen.

    Args:
        upstream: the gradient of the result, in the result's shape; ones by default. The other arguments are
            those of :func:`pairwise_hinge`.

    Returns:
        The gradient of ``scores``, [..., items]; 0 at padding.

    Raises:
        TypeError: as :func:`pairwise_hinge`.
        ValueError: as :func:`pairwise_hinge`, or an upstream gradient of another shape than the result.
    """
    units = _units(scores, relevance, margin, negatives, normalization, mask)
    reaching = pull_back(units.values, units.denominators, reduction, upstream)
    return {"scores": reaching[..., None] * units.gradients}


def _units(
    scores: ArrayLike,
    relevance: ArrayLike,
    margin: float,
    negatives: str,
    normalization: str,
    mask: ArrayLike | None,
) -> Units:
    check_real("margin", margin)
    check_choice("negatives", negatives, ("all", "hardest", "semi_hard"))
    check_choice("normalization", normalization, ("none", "list_pairs", "batch_pairs"))
    s = read_scores("scores", scores)
    y = read_like("relevance", relevance, "scores", s)
    real = read_mask(mask, "scores", s)
    refuse("relevance", y, real & ~((y >= 0) & np.isfinite(y)), "a finite grade of at least 0")

    def loss_of(place: tuple[int, ...], items: Booleans) -> ListLoss:
        return _list_loss(s[place][items], y[place][items], margin, negatives, normalization)

    return evaluate_lists(s, real, loss_of)


def _list_loss(s: Floats, y: Floats, margin: float, negatives: str, normalization: str) -> ListLoss:
    pairs = _pairs(s, y, negatives)
    with np.errstate(invalid="ignore"):
        shortfall = np.where(pairs, margin - (s[:, None] - s[None, :]), 0.0)
    short = shortfall > 0
    count = float(pairs.sum())
    divisor = max(1.0, count) if normalization == "list_pairs" else 1.0
    return ListLoss(
        value=float(np.maximum(0, shortfall).sum() / divisor),
        gradient=(short.sum(axis=0) - short.sum(axis=1)) / divisor,
        denominator=count if normalization == "batch_pairs" else 1.0,
    )


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
