"""The Plackett-Luce likelihood of permutations, and its gradient."""

from __future__ import annotations

import math

import numpy as np

from rankproof.reference.arguments import Floats, Integers
from rankproof.reference.batching import ListLoss
from rankproof.reference.choices import chances_of
from rankproof.reference.declared import of_lists


@of_lists
def plackett_luce(s: Floats, permutation: Integers | None, *, form: str) -> ListLoss:
    r"""Plackett-Luce likelihood of a permutation.

    .. math:: \log P(\pi) = \sum_t \left( s_{\pi_t} - \log \sum_{u \ge t} e^{s_{\pi_u}} \right)

    The items that are left at place t are those at t and later. With :math:`p_t(i)` the chance of item i at
    place t, which is 0 after it was chosen,

    .. math:: \partial \log P / \partial s_i = 1 - \sum_t p_t(i)

    Args:
        scores: s, [..., items].
        permutation: π, at each place the position of the item that has it, [..., items]; None for the order of
            the list. Places that point to padding are passed over.
        form: "negative_log" (-log P), "log_probability" (log P) or "probability" (P).
        mask: True at a real item, [..., items].
        reduction: "none" ([...]), "sum" or "mean" over the lists; a mean over nothing is 0.

    Returns:
        The loss, float64.

    Raises:
        TypeError: scores that are not real numbers, a permutation that is not of integers, or a mask that is not of
            booleans.
        ValueError: shapes that differ, a permutation that does not hold each position once, or an unknown choice.

    Source: Plackett (1975), The analysis of permutations.
    """
    order = np.arange(s.size) if permutation is None else permutation[permutation >= 0]
    logarithm, slope = 0.0, np.ones(s.size)
    for t, item in enumerate(order):
        left = order[t:]
        logarithms, chances = chances_of(s[left])
        logarithm += logarithms[left == item].item()
        slope[left] -= chances
    if form == "probability":
        probability = math.exp(logarithm)
        return ListLoss(probability, {"scores": probability * slope})
    sign = -1 if form == "negative_log" else 1
    return ListLoss(sign * logarithm, {"scores": sign * slope})


plackett_luce_gradient = plackett_luce.gradient
