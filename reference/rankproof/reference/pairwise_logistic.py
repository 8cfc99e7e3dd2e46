"""Pairwise logistic loss of lists, and its gradient."""

from __future__ import annotations

import math

import numpy as np

from rankproof.reference.arguments import Floats
from rankproof.reference.batching import ListLoss
from rankproof.reference.declared import of_lists


@of_lists
def pairwise_logistic(
    s: Floats, y: Floats, *, temperature: float, base: str, ties: str, normalization: str
) -> ListLoss:
    r"""Pairwise logistic loss, RankNet.

    .. math:: \ell = \frac{1}{d} \sum_{i < j} \left( p_{ij} \log(1 + e^{-x_{ij}})
        + (1 - p_{ij}) \log(1 + e^{x_{ij}}) \right), \qquad x_{ij} = (s_i - s_j) / T

    .. math:: \partial \ell / \partial s_i = \frac{1}{d\,T} \sum_{j \ne i} (\sigma(x_{ij}) - p_{ij})

    over the pairs of items. The target p is 1 where i is the more relevant and 0 where j is; items of equal
    relevance are no pair, or one of target 1/2. d is 1 or the number of pairs.

    Args:
        scores: s, [..., items].
        relevance: grades y of at least 0, [..., items].
        temperature: T, in units of the scores.
        base: of the logarithm, "natural" or "two".
        ties: items of equal relevance are left "out", or pairs of target "half".
        normalization: "none" (d = 1), "list_pairs" (d = pairs of the list) or "batch_pairs" (d = 1, and a mean
            divides by the pairs of the batch).
        mask: True at a real item, [..., items].
        reduction: "none" ([...]), "sum" or "mean" over the lists; a mean over nothing is 0.

    Returns:
        The loss, float64.

    Raises:
        TypeError: scores or relevance that are not real numbers, or a mask that is not of booleans.
        ValueError: shapes that differ, a negative or NaN relevance, an unknown choice, or a temperature that is not
            above 0.

    Source: Burges et al. (2005), Learning to rank using gradient descent.
    """
    # At [i, j] how much of it counts that i does not lead: 1, or 1/2 where j is as relevant.
    costs = (y[:, None] > y[None, :]).astype(np.float64)
    if ties == "half":
        costs += 0.5 * ((y[:, None] == y[None, :]) & ~np.eye(y.size, dtype=bool))
    # A pair of target one half stands in the table twice, with a half each time.
    count = float(costs.sum())
    divisor = max(1.0, count) if normalization == "list_pairs" else 1.0
    divisor *= math.log(2) if base == "two" else 1.0
    with np.errstate(invalid="ignore", over="ignore"):
        shortfall = np.where(costs > 0, (s[None, :] - s[:, None]) / temperature, 0.0)
        total = (costs * np.logaddexp(0, shortfall)).sum()
        pull = costs * _sigmoid(shortfall) / temperature
    return ListLoss(
        value=float(total / divisor),
        gradients={"scores": (pull.sum(axis=0) - pull.sum(axis=1)) / divisor},
        denominator=count if normalization == "batch_pairs" else 1.0,
    )


pairwise_logistic_gradient = pairwise_logistic.gradient


def _sigmoid(x: Floats) -> Floats:
    """1 / (1 + exp(-x)), without overflow."""
    return np.asarray(np.exp(-np.logaddexp(0, -x)))
