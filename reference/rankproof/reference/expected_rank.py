"""Expected rank loss of lists, and its gradient."""

from __future__ import annotations

import numpy as np

from rankproof.reference.arguments import Floats
from rankproof.reference.batching import ListLoss
from rankproof.reference.declared import of_lists
from rankproof.reference.soft_ranks import gradient_by_scores, soft_ranks


@of_lists
def expected_rank(s: Floats, t: Floats, *, distance: str, first_rank: str, normalization: str) -> ListLoss:
    r"""Expected rank loss.

    .. math:: r_i = b + \sum_{j \ne i} \sigma(s_j - s_i), \qquad \ell = \frac{1}{c} \sum_i |r_i - t_i|

    or the squares of these differences, with b = 1 or 0, and c = 1 or the number of items. Under Plackett-Luce j
    comes before i with a chance of :math:`e^{s_j} / (e^{s_i} + e^{s_j})`, so that r is the mean rank.

    Args:
        scores: s, [..., items].
        target_ranks: t of at least 0, [..., items].
        distance: "l1", the absolute difference, or "l2", its square.
        first_rank: "one" or "zero", the rank b of the best item.
        normalization: "none", the sum over the items of a list, or "items", their mean.
        mask: True at a real item, [..., items].
        reduction: "none" ([...]), "sum" or "mean" over the lists; a mean over nothing is 0.

    Returns:
        The loss, float64.

    Raises:
        TypeError: scores or ranks that are not real numbers, or a mask that is not of booleans.
        ValueError: shapes that differ, a negative or NaN rank, or an unknown choice.

    Source: Taylor, Guiver, Robertson, Minka (2008), SoftRank; there of Gaussian scores.
    """
    ranks, weight = soft_ranks(s, 1.0, first_rank=first_rank)
    excess = ranks - t
    costs, pull = (np.abs(excess), np.sign(excess)) if distance == "l1" else (excess**2, 2 * excess)
    count = max(1, s.size) if normalization == "items" else 1
    return ListLoss(float(costs.sum() / count), {"scores": gradient_by_scores(pull, weight) / count})


expected_rank_gradient = expected_rank.gradient
