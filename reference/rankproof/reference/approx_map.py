"""ApproxMAP of lists, and its gradient."""

from __future__ import annotations

import numpy as np

from rankproof.reference.arguments import Floats
from rankproof.reference.batching import ListLoss
from rankproof.reference.declared import of_lists
from rankproof.reference.metric_form import loss_of_metric, loss_without_relevant
from rankproof.reference.soft_ranks import gradient_by_scores, soft_ranks


@of_lists
def approx_map(
    s: Floats,
    positives: Floats,
    *,
    temperature: float,
    hits: str,
    rank_temperature: float,
    form: str,
    nothing_relevant: str,
) -> ListLoss:
    r"""ApproxMAP.

    .. math::
        r_i = 1 + \sum_{j \ne i} \sigma\!\left(\frac{s_j - s_i}{T}\right), \qquad
        \text{AP} = \frac{1}{|P|} \sum_{i \in P} \frac{h_i}{r_i}, \qquad
        h_i = 1 + \sum_{j \in P, j \ne i} h_{ij}

    with P the positives, of which j is a hit above i by :math:`h_{ij} = \sigma((s_j - s_i) / T)`, or
    :math:`\sigma((r_i - r_j) / T_r)`, or 1 where :math:`s_j \ge s_i`. The first two make h the rank among the
    positives alone, by scores or by -r, so that its derivatives go on as those of a rank do.

    Args:
        scores: s, [..., items].
        positives: which items are relevant, booleans (or 0 and 1), [..., items].
        temperature: T, in units of the scores.
        hits: whether h is by "scores", by "ranks", or "hard", a comparison without a gradient.
        rank_temperature: T_r, in ranks.
        form: "negative" (-AP), "one_minus" (1 - AP) or "metric" (AP).
        nothing_relevant: the AP of a list without a positive is "zero" or "one"; or "skip" it: its loss is 0 and the
            mean does not count it.
        mask: True at a real item, [..., items].
        reduction: "none" ([...]), "sum" or "mean" over the lists; a mean over nothing is 0.

    Returns:
        The loss, float64.

    Raises:
        TypeError: scores or positives that are not real numbers, or a mask that is not of booleans.
        ValueError: shapes that differ, a label that is neither 0 nor 1, an unknown choice, or a temperature that is
            not above 0.

    Sources: Qin, Liu, Li (2010), A general approximation framework for direct optimization of information
    retrieval measures ("ranks"); Brown, Xie, Kalogeiton, Zisserman (2020), Smooth-AP ("scores").
    """
    positive = np.flatnonzero(positives == 1)
    if positive.size == 0:
        return loss_without_relevant(s.size, form, nothing_relevant)
    ranks, weight = soft_ranks(s, temperature)
    own = ranks[positive]
    by_hit = 1 / own
    by_score, by_rank = np.zeros(s.size), np.zeros(s.size)
    if hits == "scores":
        found, moved = soft_ranks(s[positive], temperature)
        by_score[positive] = gradient_by_scores(by_hit, moved)
    elif hits == "ranks":
        # The smaller rank is the one above.
        found, moved = soft_ranks(-own, rank_temperature)
        by_rank[positive] = -gradient_by_scores(by_hit, moved)
    else:
        found = (s[positive][None, :] >= s[positive][:, None]).sum(axis=1)
    by_rank[positive] -= found / own**2
    gradient = (by_score + gradient_by_scores(by_rank, weight)) / positive.size
    return loss_of_metric(float((found / own).mean()), gradient, form)


approx_map_gradient = approx_map.gradient
