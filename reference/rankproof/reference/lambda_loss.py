"""LambdaLoss of lists, and its gradient."""

from __future__ import annotations

import math

import numpy as np

from rankproof.reference.arguments import Booleans, Floats
from rankproof.reference.batching import ListLoss
from rankproof.reference.declared import of_lists


@of_lists
def lambda_loss(
    s: Floats,
    y: Floats,
    *,
    weighting: str,
    mu: float,
    sigma: float,
    gain: str,
    base: str,
    k: int | None,
    truncation: str,
    scaling: str,
) -> ListLoss:
    r"""LambdaLoss.

    .. math:: \ell = c \sum_{(i, j) \in P} w_{ij} \log(1 + e^{-\sigma (s_i - s_j)})

    .. math:: \frac{\partial \ell}{\partial s_i} = c\,\sigma \Bigl(
        \sum_{j: (j, i) \in P} \frac{w_{ji}}{1 + e^{\sigma (s_j - s_i)}}
        - \sum_{j: (i, j) \in P} \frac{w_{ij}}{1 + e^{\sigma (s_i - s_j)}}\Bigr)

    The weights are constants: r are the ranks by descending score, of equal scores the first in the list first,
    :math:`D(r) = \log_2(1 + r)`, and G the gains, 2^y - 1 or y, over the DCG of the best order, down to rank k.

    ============  ===================================================================================
    lambda_rank   :math:`|G_i - G_j|\,|1/D(r_i) - 1/D(r_j)|`
    ndcg_loss1    :math:`G_i / D(r_i)`
    ndcg_loss2    :math:`|G_i - G_j|\,(1/D(|r_i - r_j|) - 1/D(|r_i - r_j| + 1))`
    ndcg_loss2pp  that of lambda_rank plus mu times that of ndcg_loss2
    ============  ===================================================================================

    P are the pairs with y_i > y_j, and for ndcg_loss1 all, i = j included. A list with nothing relevant costs nothing.

    Args:
        scores: s, [..., items].
        relevance: grades y of at least 0, [..., items].
        weighting: which weights.
        mu: what multiplies the second part of ndcg_loss2pp.
        sigma: steepness of the logistic function.
        gain: "exponential" or "linear".
        base: of the logarithm, "two" (c = 1 / ln 2) or "natural" (c = 1).
        k: only the first k ranks count; None for all.
        truncation: at k, "both" items of a pair are among the first k, "either" is, or either is and 1/D is 0 past
            k, as in the "metric".
        scaling: "none", or multiply by "list_size".
        mask: True at a real item, [..., items].
        reduction: "none" ([...]), "sum" or "mean" over the lists; a mean over nothing is 0.

    Returns:
        The loss, float64.

    Raises:
        TypeError: scores or relevance that are not real numbers, or a mask that is not of booleans.
        ValueError: shapes that differ, a negative or NaN relevance, an unknown choice, a sigma that is not above 0,
            a negative mu, or k below 1.

    Source: Wang, Li, Golbandi, Bendersky, Najork (2018), The LambdaLoss framework for ranking metric optimization.
    """
    if not (y > 0).any():
        return ListLoss(0.0, {"scores": np.zeros(y.size)})
    ranks: Floats = np.empty(y.size)
    ranks[np.argsort(-s, kind="stable")] = np.arange(1, y.size + 1)
    weights = _weights(ranks, _shares(y, gain, k), weighting, mu, k if truncation == "metric" else None)
    counted = _counted(ranks, k, truncation)
    if weighting != "ndcg_loss1":
        counted &= y[:, None] > y[None, :]
    weights = np.where(counted, weights, 0.0)
    with np.errstate(invalid="ignore", over="ignore"):
        lead = sigma * (s[:, None] - s[None, :])
    np.fill_diagonal(lead, 0.0)
    scale = (y.size if scaling == "list_size" else 1) / (math.log(2) if base == "two" else 1)
    with np.errstate(invalid="ignore"):
        costs = np.where(weights > 0, weights * (np.maximum(-lead, 0) + np.log1p(np.exp(-np.abs(lead)))), 0.0)
        push = np.where(weights > 0, weights * _sigmoid(-lead), 0.0)
    np.fill_diagonal(push, 0.0)
    gradient = scale * sigma * (push.sum(axis=0) - push.sum(axis=1))
    return ListLoss(float(scale * costs.sum()), {"scores": gradient})


lambda_loss_gradient = lambda_loss.gradient


def _shares(y: Floats, gain: str, k: int | None) -> Floats:
    """The gains over the ideal DCG at k; 2 to the largest grade is left out of both, so that no gain overflows."""
    gains = y
    if gain == "exponential":
        scale = np.exp2(-y.max())
        small = np.expm1(np.minimum(y, 1) * math.log(2)) * scale
        gains = np.where(y < 1, small, np.exp2(y - y.max()) - scale)
    best = np.sort(gains)[::-1][:k]
    shares: Floats = gains / (best / np.log2(1 + np.arange(1, best.size + 1))).sum()
    return shares


def _counted(ranks: Floats, k: int | None, truncation: str) -> Booleans:
    """Whether the ranks of a pair are to count, [i, j]."""
    inside = ranks <= (ranks.size if k is None else k)
    counted: Booleans = (np.logical_and if truncation == "both" else np.logical_or).outer(inside, inside)
    return counted


def _weights(ranks: Floats, shares: Floats, weighting: str, mu: float, last: int | None) -> Floats:
    """The weights of all pairs [i, j]; a rank past ``last`` has no discounted gain."""
    inverse = 1 / np.log2(1 + ranks)
    if last is not None:
        inverse = np.where(ranks <= last, inverse, 0.0)
    if weighting == "ndcg_loss1":
        return np.repeat((shares * inverse)[:, None], ranks.size, axis=1)
    swap = np.abs(inverse[:, None] - inverse[None, :])
    gap = np.maximum(np.abs(ranks[:, None] - ranks[None, :]), 1)  # not 0, as it is of an item to itself
    bound = 1 / np.log2(1 + gap) - 1 / np.log2(2 + gap)
    change = {"lambda_rank": swap, "ndcg_loss2": bound, "ndcg_loss2pp": swap + mu * bound}[weighting]
    weights: Floats = np.abs(shares[:, None] - shares[None, :]) * change
    return weights


def _sigmoid(x: Floats) -> Floats:
    decayed = np.exp(-np.abs(x))
    chance: Floats = np.where(x >= 0, 1.0, decayed) / (1 + decayed)
    return chance
