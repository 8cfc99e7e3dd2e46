"""How many items are before each, counted by sigmoids, and how the counts move with the scores."""

from __future__ import annotations

import numpy as np

from rankproof.reference.arguments import Floats


def smooth_counts(s: Floats, temperature: float) -> tuple[Floats, Floats]:
    r"""The smooth number of items before each, the largest score first, and its derivative by each score.

    .. math:: c_i = \sum_{j \ne i} \sigma\!\left(\frac{s_j - s_i}{T}\right)

    Args:
        s: the scores of one list, [items].
        temperature: T, the difference over which the sigmoid turns.

    Returns:
        The counts c, [items], and the symmetric matrix of their derivatives, [items, items].
    """
    with np.errstate(invalid="ignore", over="ignore"):
        before = _sigmoid((s[None, :] - s[:, None]) / temperature)
    np.fill_diagonal(before, 0.0)
    # 1 - σ(x) is σ(-x), the mirrored element; the subtraction would cancel.
    slopes = before * before.T / temperature
    np.fill_diagonal(slopes, -slopes.sum(axis=1))
    return before.sum(axis=1), slopes


def _sigmoid(x: Floats) -> Floats:
    decayed = np.exp(-np.abs(x))
    chance: Floats = np.where(x >= 0, 1.0, decayed) / (1 + decayed)
    return chance
