"""Bayesian personalized ranking loss of pairs, and its gradient."""

from __future__ import annotations

import numpy as np

from rankproof.reference.arguments import Floats
from rankproof.reference.batching import PositionLosses
from rankproof.reference.declared import of_positions


@of_positions
def bpr(positive_scores: Floats, negative_scores: Floats, *, form: str) -> PositionLosses:
    r"""Bayesian personalized ranking loss.

    .. math:: \ell_i = -\log \sigma(p_i - n_i) = \log(1 + e^{x_i}) \quad\text{or}\quad
        \ell_i = 1 - \sigma(p_i - n_i) = \sigma(x_i), \qquad x_i = n_i - p_i

    .. math:: \partial \ell_i / \partial n_i = -\partial \ell_i / \partial p_i = \sigma(x_i)
        \quad\text{or}\quad \sigma(x_i) \sigma(-x_i)

    Args:
        positive_scores: p, [..., n].
        negative_scores: n, [..., n].
        form: "log_sigmoid" or "one_minus_sigmoid".
        reduction: "none" ([..., n]), "sum" or "mean" over the pairs; the mean over no pair is 0.

    Returns:
        The loss, float64.

    Raises:
        TypeError: an input that is not of real numbers.
        ValueError: shapes that differ, an unknown form, or an unknown reduction.

    Source: Rendle, Freudenthaler, Gantner, Schmidt-Thieme (2009), BPR: Bayesian personalized ranking from implicit
    feedback.
    """
    deficit = negative_scores - positive_scores
    with np.errstate(invalid="ignore"):
        falls = _sigmoid(deficit)
        loss, pull = (np.logaddexp(0, deficit), falls) if form == "log_sigmoid" else (falls, falls * _sigmoid(-deficit))
    return PositionLosses(loss, {"positive_scores": -pull, "negative_scores": pull})


bpr_gradient = bpr.gradient


def _sigmoid(x: Floats) -> Floats:
    """1 / (1 + exp(-x)), without overflow."""
    return np.asarray(np.exp(-np.logaddexp(0, -x)))
