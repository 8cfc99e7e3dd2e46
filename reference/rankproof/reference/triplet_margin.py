"""Triplet margin loss, and its gradient."""

from __future__ import annotations

import numpy as np

from rankproof.reference.arguments import Floats
from rankproof.reference.batching import ListLoss
from rankproof.reference.declared import of_lists

Distance = tuple[float, Floats, Floats]  # between two vectors, and its gradient by each of them


@of_lists
def triplet_margin(
    a: Floats, b: Floats, c: Floats, *, margin: float, distance: str, p: float, eps: float, swap: bool
) -> ListLoss:
    r"""Triplet margin loss.

    .. math:: \ell = \max(0, d(a, b) - d(a, c) + m)

    .. math:: \nabla_a \ell = \nabla_1 d(a, b) - \nabla_1 d(a, c), \quad
        \nabla_b \ell = \nabla_2 d(a, b), \quad \nabla_c \ell = -\nabla_2 d(a, c)

    where the loss is above 0; the gradient is 0 elsewhere. With the swap, d(b, c) takes the place of d(a, c) where it
    is smaller, and b that of a in its gradient. The gradients of the distances are

    .. math:: \nabla_1 \lVert u \rVert_p = \operatorname{sign}(u) (|u| / \lVert u \rVert_p)^{p - 1} = -\nabla_2, \qquad
        \nabla_1 \lVert u \rVert_2^2 = 2 u = -\nabla_2, \qquad
        \nabla_1 (1 - \cos(x, y)) = \left(\cos(x, y) \frac{x}{|x|} - \frac{y}{|y|}\right) / |x|

    with u = x - y, to which the p-norm adds eps; that of the p-norm at u = 0 is 0.

    Args:
        anchor: a, [..., features].
        positive: b, [..., features].
        negative: c, [..., features].
        margin: m, above 0, by how much further off the negative has to be.
        distance: "p_norm", "squared_euclidean" or "cosine"; the cosine with a vector of length 0 is 0.
        p: of the p-norm, at least 1.
        eps: added to each difference within the p-norm, at least 0.
        swap: whether the distance from positive to negative counts where it is the smaller one.
        reduction: "none" ([...]), "sum" or "mean" over the triplets; a mean over nothing is 0.

    Returns:
        The loss, float64.

    Raises:
        TypeError: vectors that are not of real numbers.
        ValueError: shapes that differ, an unknown choice, or a margin, p or eps out of bounds.

    Source: Schroff, Kalenichenko, Philbin (2015), FaceNet, https://arxiv.org/abs/1503.03832; the swap: Balntas, Riba,
    Ponsa, Mikolajczyk (2016), Learning local feature descriptors with triplets.
    """

    def between(x: Floats, y: Floats) -> Distance:
        if distance == "cosine":
            return _cosine_distance(x, y)
        return _norm(x - y + eps, p) if distance == "p_norm" else _squared_euclidean(x - y)

    near, near_by_a, near_by_b = between(a, b)
    far, far_by_first, far_by_c = between(a, c)
    from_positive = between(b, c)
    is_swapped = swap and from_positive[0] < far
    if is_swapped:
        far, far_by_first, far_by_c = from_positive
    shortfall = near - far + margin
    active = float(shortfall > 0)
    gradients = {"anchor": near_by_a.copy(), "positive": near_by_b.copy(), "negative": -far_by_c}
    gradients["positive" if is_swapped else "anchor"] -= far_by_first
    return ListLoss(max(0.0, shortfall), {name: active * gradient for name, gradient in gradients.items()})


triplet_margin_gradient = triplet_margin.gradient


def _norm(u: Floats, p: float) -> Distance:
    largest = np.abs(u).max(initial=0.0)
    if largest == 0 or not np.isfinite(largest):
        return float(largest), np.zeros_like(u), np.zeros_like(u)
    # A power of two, by which dividing rounds nothing, keeps the powers in range.
    unit = np.ldexp(1.0, np.frexp(largest)[1] - 1)
    relative = np.abs(u / unit)
    length = np.linalg.norm(relative, ord=p)
    slope = np.sign(u) * (relative / length) ** (p - 1)
    return float(length * unit), slope, -slope


def _squared_euclidean(u: Floats) -> Distance:
    return float(u @ u), 2 * u, -2 * u


def _cosine_distance(x: Floats, y: Floats) -> Distance:
    length_x, length_y = _norm(x, 2)[0], _norm(y, 2)[0]
    if length_x == 0 or length_y == 0:
        return 1.0, np.zeros_like(x), np.zeros_like(y)
    along_x, along_y = x / length_x, y / length_y
    cosine = float(along_x @ along_y)
    return 1 - cosine, (cosine * along_x - along_y) / length_x, (cosine * along_y - along_x) / length_y
