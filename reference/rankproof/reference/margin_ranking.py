"""Margin ranking loss of pairs, and its gradient."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from rankproof.reference.arguments import Floats, check_real, read_like, read_scores, refuse
from rankproof.reference.batching import pull_back, reduce_values


def margin_ranking(
    input1: ArrayLike, input2: ArrayLike, target: ArrayLike, *, margin: float = 0.0, reduction: str = "mean"
) -> Floats | float:
    r"""Margin ranking loss.

    .. math:: \ell_i = \max(0, m - y_i (a_i - b_i))

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
    shortfall, _ = _shortfall(input1, input2, target, margin)
    # maximum keeps NaN, where max(0, NaN) would hide it.
    return reduce_values(np.maximum(0, shortfall), np.ones(shortfall.shape), reduction)


def margin_ranking_gradient(
    input1: ArrayLike,
    input2: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 0.0,
    reduction: str = "mean",
    upstream: ArrayLike | None = None,
) -> dict[str, Floats]:
    r"""Gradient of :func:`margin_ranking`.

    .. math:: \partial \ell_i / \partial a_i = -y_i, \quad \partial \ell_i / \partial b_i = y_i

    where the pair falls short of the margin, and 0 where it meets or exceeds it.

    Args:
        upstream: the gradient of the result, in the result's shape; ones by default. The other arguments are
            those of :func:`margin_ranking`.

    Returns:
        The gradients of ``input1`` and ``input2``, [..., n].

    Raises:
        TypeError: as :func:`margin_ranking`.
        ValueError: as :func:`margin_ranking`, or an upstream gradient of another shape than the result.
    """
    shortfall, sign = _shortfall(input1, input2, target, margin)
    reaching = pull_back(shortfall, np.ones(shortfall.shape), reduction, upstream)
    gradient = reaching * np.where(shortfall > 0, sign, 0.0)
    return {"input1": -gradient, "input2": gradient}


def _shortfall(input1: ArrayLike, input2: ArrayLike, target: ArrayLike, margin: float) -> tuple[Floats, Floats]:
    """By how much each pair falls short of the margin, and its checked target."""
    check_real("margin", margin)
    first = read_scores("input1", input1)
    second = read_like("input2", input2, "input1", first)
    sign = read_like("target", target, "input1", first)
    refuse("target", sign, np.abs(sign) != 1, "-1 or +1")
    return margin - sign * (first - second), sign
