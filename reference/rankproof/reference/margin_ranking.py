"""Margin ranking loss of pairs, and its gradient."""

from __future__ import annotations

import numpy as np

from rankproof.reference.arguments import Floats
from rankproof.reference.batching import PositionLosses
from rankproof.reference.declared import of_positions


@of_positions
def margin_ranking(input1: Floats, input2: Floats, target: Floats, *, margin: float) -> PositionLosses:
    r"""Margin ranking loss.

    .. math:: \ell_i = \max(0, m - y_i (a_i - b_i)), \qquad
        \partial \ell_i / \partial a_i = -y_i, \quad \partial \ell_i / \partial b_i = y_i

    where the pair falls short of the margin; the gradient is 0 where it meets or exceeds it.

    Args:
        input1: scores a, [..., n].
        input2: scores b, [..., n].
        target: y, [..., n]; +1 where ``input1`` should rank higher, -1 where ``input2`` should.
        margin: m, the lead that costs nothing.
        reduction: "none" ([..., n]), "sum" or "mean" over the pairs; the mean over no pair is 0.

    Returns:
        The loss, float64.

    Raises:
        TypeError: an input that is not of real numbers.
        ValueError: shapes that differ, a target other than -1 and +1, or an unknown reduction.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.MarginRankingLoss.html
    """
    shortfall = margin - target * (input1 - input2)
    gradient = np.where(shortfall > 0, target, 0.0)
    # maximum keeps NaN, where max(0, NaN) would hide it.
    return PositionLosses(np.maximum(0, shortfall), {"input1": -gradient, "input2": gradient})


margin_ranking_gradient = margin_ranking.gradient
