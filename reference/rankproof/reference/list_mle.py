"""ListMLE of lists, and its gradient."""

from __future__ import annotations

import numpy as np

from rankproof.reference.arguments import Floats
from rankproof.reference.batching import ListLoss
from rankproof.reference.choices import chances_of
from rankproof.reference.declared import of_lists


@of_lists
def list_mle(s: Floats, y: Floats, *, ties: str, position_weights: str, k: int | None, normalization: str) -> ListLoss:
    r"""ListMLE.

    .. math:: \ell = \frac{1}{W} \sum_t w_t \left( \log \sum_{j \in L_t} e^{s_j} - s_{\pi_t} \right)

    where π orders the items by descending relevance, and L_t are the items that are left at place t: those at t and
    later, and where ties are shared those before it that are as relevant too. With :math:`p_t(i)` the chance of item
    i among these, and 0 elsewhere,

    .. math:: \partial \ell / \partial s_i = \frac{1}{W} \left( \sum_t w_t p_t(i) - w_{\pi^{-1}_i} \right)

    Args:
        scores: s, [..., items].
        relevance: grades y of at least 0, [..., items].
        ties: items of equal relevance stand in the order of the input ("stable"), or each of them is chosen among all
            of its grade and below, and they share the weights of their places ("shared").
        position_weights: w_t is 1 ("none"), or 2^(n - t) - 1 at place t of n, from 1 ("p_list_mle").
        k: places after the first k weigh nothing; None for all.
        normalization: W is 1 ("none") or the sum of the weights ("weights"), where that is not 0.
        mask: True at a real item, [..., items].
        reduction: "none" ([...]), "sum" or "mean" over the lists; a mean over nothing is 0.

    Returns:
        The loss, float64.

    Raises:
        TypeError: scores or relevance that are not real numbers, or a mask that is not of booleans.
        ValueError: shapes that differ, a negative or NaN relevance, an unknown choice, or k below 1.

    Source: Xia, Liu, Wang, Zhang, Li (2008), Listwise approach to learning to rank.
    """
    order = np.argsort(-y, kind="stable")
    weights = np.ones(s.size) if position_weights == "none" else np.exp2(np.arange(s.size)[::-1]) - 1
    weights[s.size if k is None else k :] = 0
    if normalization == "weights" and weights.sum() > 0:
        weights = weights / weights.sum()
    value, gradient = 0.0, np.zeros(s.size)
    for t, item in enumerate(order):
        tied = y[order] == y[item]
        begin = int(tied.argmax()) if ties == "shared" else t
        weight = weights[tied].mean() if ties == "shared" else weights[t]
        left = order[begin:]
        logarithms, chances = chances_of(s[left])
        value -= weight * logarithms[left == item].item()
        gradient[left] += weight * chances
        gradient[item] -= weight
    return ListLoss(value, {"scores": gradient})


list_mle_gradient = list_mle.gradient
