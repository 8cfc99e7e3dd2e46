"""ApproxMRR of lists, and its gradient."""

from __future__ import annotations

import numpy as np

from rankproof.reference.arguments import Floats
from rankproof.reference.batching import ListLoss
from rankproof.reference.declared import of_lists
from rankproof.reference.metric_form import loss_of_metric, loss_without_relevant
from rankproof.reference.soft_ranks import gradient_by_scores, soft_ranks


@of_lists
def approx_mrr(
    s: Floats, positives: Floats, *, temperature: float, several: str, form: str, nothing_relevant: str
) -> ListLoss:
    r"""ApproxMRR.

    .. math::
        r_i = 1 + \sum_{j \ne i} \sigma\!\left(\frac{s_j - s_i}{T}\right), \qquad
        \text{RR} = \max_{i \in P} \frac{1}{r_i} \quad\text{or}\quad \frac{1}{|P|} \sum_{i \in P} \frac{1}{r_i}

    with P the positives. A share of 1 for the best positive, or of 1 / |P| for each, makes

    .. math:: \text{RR} = \sum_i \frac{a_i}{r_i}, \qquad \partial\,\text{RR} / \partial r_i = -a_i / r_i^2

    Args:
        scores: s, [..., items].
        positives: which items are relevant, booleans (or 0 and 1), [..., items].
        temperature: T, in units of the scores.
        several: of several positives the reciprocal rank of the "best" one, or the "mean" of all. Of equally good
            ones the first has the gradient.
        form: "negative" (-RR), "one_minus" (1 - RR) or "metric" (RR).
        nothing_relevant: the RR of a list without a positive is "zero" or "one"; or "skip" it: its loss is 0 and the
            mean does not count it.
        mask: True at a real item, [..., items].
        reduction: "none" ([...]), "sum" or "mean" over the lists; a mean over nothing is 0.

    Returns:
        The loss, float64.

    Raises:
        TypeError: scores or positives that are not real numbers, or a mask that is not of booleans.
        ValueError: shapes that differ, a label that is neither 0 nor 1, an unknown choice, or a temperature that is
            not above 0.

    Source: Qin, Liu, Li (2010), A general approximation framework for direct optimization of information
    retrieval measures.
    """
    positive = positives == 1
    if not positive.any():
        return loss_without_relevant(s.size, form, nothing_relevant)
    ranks, weight = soft_ranks(s, temperature)
    # A soft rank falls as the score rises.
    best = np.eye(s.size)[np.where(positive, s, -np.inf).argmax()]
    share = best if several == "best" else positive / positive.sum()
    gradient = gradient_by_scores(-share / ranks**2, weight)
    return loss_of_metric(float((share / ranks).sum()), gradient, form)


approx_mrr_gradient = approx_mrr.gradient
