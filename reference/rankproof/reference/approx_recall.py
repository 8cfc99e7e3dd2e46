"""ApproxRecall of lists, and its gradient."""

from __future__ import annotations

from rankproof.reference.arguments import Floats
from rankproof.reference.batching import ListLoss
from rankproof.reference.declared import of_lists
from rankproof.reference.metric_form import loss_of_metric, loss_without_relevant
from rankproof.reference.soft_ranks import gradient_by_scores, sigmoid, soft_ranks


@of_lists
def approx_recall(
    s: Floats,
    positives: Floats,
    *,
    temperature: float,
    k: int,
    cutoff: str,
    cutoff_temperature: float,
    normalization: str,
    form: str,
    nothing_relevant: str,
) -> ListLoss:
    r"""ApproxRecall.

    .. math::
        r_i = 1 + \sum_{j \ne i} \sigma\!\left(\frac{s_j - s_i}{T}\right), \qquad
        \text{recall} = \frac{1}{d} \sum_{i \in P} c_i, \qquad
        c_i = \sigma\!\left(\frac{k + \frac12 - r_i}{T_c}\right)

    with P the positives, so that :math:`\partial\,\text{recall} / \partial r_i = -c_i (1 - c_i) / (T_c d)`.

    Args:
        scores: s, [..., items].
        positives: which items are relevant, booleans (or 0 and 1), [..., items].
        temperature: T, in units of the scores.
        k: how many ranks count.
        cutoff: c is one half at rank k + 1/2 ("after_k"), or at rank k ("at_k").
        cutoff_temperature: T_c, in ranks.
        normalization: d is the number of "positives", or "at_most_k" of them.
        form: "negative" (-recall), "one_minus" (1 - recall) or "metric" (recall).
        nothing_relevant: the recall of a list without a positive is "zero" or "one"; or "skip" it: its loss is 0 and
            the mean does not count it.
        mask: True at a real item, [..., items].
        reduction: "none" ([...]), "sum" or "mean" over the lists; a mean over nothing is 0.

    Returns:
        The loss, float64.

    Raises:
        TypeError: scores or positives that are not real numbers, or a mask that is not of booleans.
        ValueError: shapes that differ, a label that is neither 0 nor 1, an unknown choice, a temperature that is not
            above 0, or k below 1.

    Sources: Qin, Liu, Li (2010), A general approximation framework for direct optimization of information
    retrieval measures; Patel, Tolias, Matas (2022), Recall@k surrogate loss with large batches and similarity mixup.
    """
    positive = positives == 1
    count = positive.sum()
    if count == 0:
        return loss_without_relevant(s.size, form, nothing_relevant)
    ranks, weight = soft_ranks(s, temperature)
    last = k + 0.5 if cutoff == "after_k" else k
    inside, outside = (sigmoid(sign * (last - ranks) / cutoff_temperature) for sign in (1, -1))
    share = positive / (count if normalization == "positives" else min(k, count))
    gradient = gradient_by_scores(-share * inside * outside / cutoff_temperature, weight)
    return loss_of_metric(float((share * inside).sum()), gradient, form)


approx_recall_gradient = approx_recall.gradient
