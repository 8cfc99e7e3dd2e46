"""ApproxNDCG of lists, and its gradient."""

from __future__ import annotations

import math

import numpy as np

from rankproof.reference.arguments import Floats
from rankproof.reference.batching import ListLoss
from rankproof.reference.declared import of_lists
from rankproof.reference.metric_form import loss_of_metric, loss_without_relevant
from rankproof.reference.soft_ranks import gradient_by_scores, sigmoid, soft_ranks


@of_lists
def approx_ndcg(
    s: Floats,
    y: Floats,
    *,
    temperature: float,
    gain: str,
    form: str,
    nothing_relevant: str,
    k: int | None,
    cutoff_temperature: float,
) -> ListLoss:
    r"""ApproxNDCG.

    .. math::
        r_i = 1 + \sum_{j \ne i} \sigma\!\left(\frac{s_j - s_i}{T}\right), \qquad
        \text{NDCG} = \frac{1}{Z} \sum_i \frac{g_i c_i}{\log_2(1 + r_i)}

    with gains g = 2^y - 1 or y, the cutoff c = σ((k + 1/2 - r) / T_c), which is 1 without k, and Z the DCG that
    hard ranks give to the gains in descending order, down to rank k. With
    :math:`w_{ij} = \sigma_{ij} (1 - \sigma_{ij}) / T`, which is symmetric, each rank moves by
    :math:`\partial r_i / \partial s_j = w_{ij}` and :math:`\partial r_i / \partial s_i = -\sum_j w_{ij}`, so that

    .. math:: \partial\,\text{NDCG} / \partial s_i = \frac{1}{Z} \sum_{j \ne i} w_{ij} (d_j - d_i)

    where d is the derivative of an item's discounted gain by its rank.

    Args:
        scores: s, [..., items].
        relevance: grades y of at least 0, [..., items].
        temperature: T, in units of the scores.
        gain: "exponential" or "linear".
        form: "negative" (-NDCG), "one_minus" (1 - NDCG) or "metric" (NDCG).
        nothing_relevant: the NDCG of a list without a relevant item is "zero" or "one"; or "skip" it: its loss is
            0 and the mean does not count it.
        k: only the first k ranks count; None for all.
        cutoff_temperature: T_c, in ranks.
        mask: True at a real item, [..., items].
        reduction: "none" ([...]), "sum" or "mean" over the lists; a mean over nothing is 0.

    Returns:
        The loss, float64.

    Raises:
        TypeError: scores or relevance that are not real numbers, or a mask that is not of booleans.
        ValueError: shapes that differ, a negative or NaN relevance, an unknown choice, a temperature that is not
            above 0, or k below 1.

    Source: Qin, Liu, Li (2010), A general approximation framework for direct optimization of information
    retrieval measures.
    """
    if not (y > 0).any():
        return loss_without_relevant(y.size, form, nothing_relevant)
    gains = _gains(y) if gain == "exponential" else y
    return loss_of_metric(*_ndcg(s, gains, temperature, k, cutoff_temperature), form)


approx_ndcg_gradient = approx_ndcg.gradient


def _ndcg(
    s: Floats, gains: Floats, temperature: float, k: int | None, cutoff_temperature: float
) -> tuple[float, Floats]:
    """The soft NDCG of one list and its gradient."""
    ranks, weight = soft_ranks(s, temperature)
    discount, slope = 1 / np.log2(1 + ranks), -math.log(2) / ((1 + ranks) * np.log(1 + ranks) ** 2)
    if k is not None:
        inside, outside = (sigmoid(sign * (k + 0.5 - ranks) / cutoff_temperature) for sign in (1, -1))
        slope = slope * inside - discount * inside * outside / cutoff_temperature
        discount = discount * inside
    best = np.sort(gains)[::-1][:k]
    ideal = (best / np.log2(1 + np.arange(1, best.size + 1))).sum()
    by_rank = gains * slope / ideal
    return float((gains * discount).sum() / ideal), gradient_by_scores(by_rank, weight)


def _gains(y: Floats) -> Floats:
    """2^y - 1, over 2 to the largest grade, which cancels in NDCG and keeps large grades from overflowing."""
    scale = np.exp2(-y.max())
    small = np.expm1(np.minimum(y, 1) * math.log(2)) * scale
    gains: Floats = np.where(y < 1, small, np.exp2(y - y.max()) - scale)
    return gains
