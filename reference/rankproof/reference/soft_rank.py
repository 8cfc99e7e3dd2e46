"""Soft ranks of lists, and their gradient."""

from __future__ import annotations

import numpy as np

from rankproof.reference.arguments import Floats
from rankproof.reference.batching import ListLoss
from rankproof.reference.declared import of_lists
from rankproof.reference.soft_ranks import soft_ranks


@of_lists
def soft_rank(s: Floats, *, temperature: float, direction: str, first_rank: str) -> ListLoss:
    r"""The soft rank of each item.

    .. math:: r_i = b + \sum_{j \ne i} \sigma\!\left(\frac{s_j - s_i}{T}\right)

    with b = 1 or 0, and the scores negated where the smallest comes first. With
    :math:`w_{ij} = \sigma_{ij} (1 - \sigma_{ij}) / T`, which is symmetric, the ranks move by

    .. math:: \frac{\partial r_i}{\partial s_j} = w_{ij}, \qquad
        \frac{\partial r_i}{\partial s_i} = -\sum_{k \ne i} w_{ik}

    Args:
        scores: s, [..., items].
        temperature: T, in units of the scores.
        direction: "descending", the largest score first, or "ascending", the smallest.
        first_rank: "one" or "zero", the rank b of an item that all others come after.
        mask: True at a real item, [..., items]; padding has a rank of 0.
        reduction: "none" ([..., items]), "sum" or "mean" over the real items; a mean over nothing is 0.

    Returns:
        The ranks, float64.

    Raises:
        TypeError: scores that are not real numbers, or a mask that is not of booleans.
        ValueError: shapes that differ, an unknown choice, or a temperature that is not above 0.

    Source: Qin, Liu, Li (2010), A general approximation framework for direct optimization of information
    retrieval measures.
    """
    towards = 1 if direction == "descending" else -1
    ranks, weight = soft_ranks(towards * s, temperature, first_rank=first_rank)
    return ListLoss(ranks, {"scores": towards * (weight - np.diag(weight.sum(axis=1)))})


soft_rank_gradient = soft_rank.gradient
