"""Soft ranks of one list, and how derivatives by the ranks go on to the scores."""

from __future__ import annotations

import numpy as np

from rankproof.reference.arguments import Floats


def soft_ranks(s: Floats, temperature: float, *, first_rank: str = "one") -> tuple[Floats, Floats]:
    r"""The ranks, and how fast they move.

    .. math::
        r_i = b + \sum_{j \ne i} \sigma_{ij}, \qquad \sigma_{ij} = \sigma\!\left(\frac{s_j - s_i}{T}\right), \qquad
        w_{ij} = \frac{\sigma_{ij} (1 - \sigma_{ij})}{T}

    w is symmetric, and :math:`\partial r_i / \partial s_j = w_{ij}`, :math:`\partial r_i / \partial s_i = -\sum_j
    w_{ij}`.

    Args:
        s: the scores, [items].
        temperature: T, the difference over which the sigmoid turns.
        first_rank: "one" or "zero", the rank b of an item that all others come after.

    Returns:
        r, [items], and w, [items, items], with a diagonal of 0.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        above = sigmoid((s[None, :] - s[:, None]) / temperature)
    np.fill_diagonal(above, 0.0)
    # 1 - σ(x) is σ(-x), the mirrored element; the subtraction would cancel.
    return (1 if first_rank == "one" else 0) + above.sum(axis=1), above * above.T / temperature


def gradient_by_scores(by_rank: Floats, weight: Floats) -> Floats:
    """The derivatives by the scores, from those by the ranks, [items], and w."""
    gradient: Floats = (weight * (by_rank[None, :] - by_rank[:, None])).sum(axis=1)
    return gradient


def sigmoid(x: Floats) -> Floats:
    """1 / (1 + exp(-x)), without overflow."""
    decayed = np.exp(-np.abs(x))
    chance: Floats = np.where(x >= 0, 1.0, decayed) / (1 + decayed)
    return chance
