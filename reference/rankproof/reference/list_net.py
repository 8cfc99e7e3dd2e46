"""ListNet, the cross-entropy of lists, and its gradient."""

from __future__ import annotations

import numpy as np

from rankproof.reference.arguments import Floats
from rankproof.reference.batching import ListLoss
from rankproof.reference.declared import of_lists


@of_lists
def list_net(s: Floats, y: Floats, *, target: str, temperature: float, nothing_relevant: str) -> ListLoss:
    r"""ListNet.

    .. math::
        \ell = -\sum_i t_i \log p_i, \qquad p_i = \frac{\exp(s_i / T)}{\sum_j \exp(s_j / T)}

    with the target t = softmax(y), y, or y over its sum. The derivative of :math:`\log p_i` by :math:`s_j` is
    :math:`([i = j] - p_j) / T`, so that

    .. math:: \partial \ell / \partial s_j = \frac{1}{T} \left(p_j \sum_i t_i - t_j\right)

    Args:
        scores: s, [..., items].
        relevance: grades y of at least 0, [..., items].
        target: "softmax", "labels" or "normalized_labels".
        temperature: T, in units of the scores.
        nothing_relevant: a list without a relevant item is "counted" with what the target makes of it, 0 but for a
            softmax; its target is "uniform"; or "skip" it: its loss is 0 and the mean does not count it.
        mask: True at a real item, [..., items].
        reduction: "none" ([...]), "sum" or "mean" over the lists; a mean over nothing is 0.

    Returns:
        The loss, float64.

    Raises:
        TypeError: scores or relevance that are not real numbers, or a mask that is not of booleans.
        ValueError: shapes that differ, a negative or NaN relevance, an unknown choice, or a temperature that is not
            above 0.

    Source: Cao, Qin, Liu, Tsai, Li (2007), Learning to rank: from pairwise approach to listwise approach.
    """
    if not (y > 0).any() and nothing_relevant == "skip":
        return ListLoss(0.0, {"scores": np.zeros(y.size)}, denominator=0.0)
    if y.size == 0:
        return ListLoss(0.0, {"scores": np.zeros(0)})
    weights = _weights(y, target, nothing_relevant)
    with np.errstate(invalid="ignore", over="ignore"):
        lead = (s - s.max()) / temperature
        log_probabilities = lead - np.log(np.exp(lead).sum())
        value = -(weights * log_probabilities)[weights > 0].sum()
        gradient = (np.exp(log_probabilities) * weights.sum() - weights) / temperature
    return ListLoss(float(value), {"scores": gradient})


list_net_gradient = list_net.gradient


def _weights(y: Floats, target: str, nothing_relevant: str) -> Floats:
    """The target, which need not add up to 1."""
    largest = y.max()
    if target == "softmax" or (largest == 0 and nothing_relevant == "uniform"):
        relative = np.exp(y - largest)
    elif target == "labels" or largest == 0:
        return y
    else:
        relative = y / largest  # so that their sum does not overflow
    weights: Floats = relative / relative.sum()
    return weights
