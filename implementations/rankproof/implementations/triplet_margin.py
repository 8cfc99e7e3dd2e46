"""Triplet margin loss: the function and the module to train with."""

from __future__ import annotations

from torch import Tensor

from rankproof.implementations.module import RankingLoss
from rankproof.implementations.variants import choose_variant


def triplet_margin(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    *,
    margin: float = 1.0,
    distance: str = "p_norm",
    p: float = 2.0,
    eps: float = 1e-6,
    swap: bool = False,
    reduction: str = "mean",
    validate: bool = True,
    variant: str | None = None,
) -> Tensor:
    r"""Triplet margin loss.

    .. math:: \ell = \max(0, d(a, b) - d(a, c) + m)

    .. math:: d(x, y) = \lVert x - y + \varepsilon \rVert_p, \quad \lVert x - y \rVert_2^2 \quad \text{or} \quad
        1 - \frac{x \cdot y}{\lVert x \rVert \lVert y \rVert}

    With the swap, d(b, c) takes the place of d(a, c) where it is smaller. The gradient of a triplet that meets the
    margin exactly is 0, and so is that of a norm at 0. The cosine with a vector of length 0 is 0. A NaN makes its
    triplet's loss NaN.

    Example:
        >>> import torch
        >>> anchor, positive = torch.tensor([0.0, 0.0, 0.0]), torch.tensor([1.0, 2.0, 2.0])
        >>> triplet_margin(anchor, positive, torch.tensor([2.0, 0.0, 0.0]), eps=0.0)
        tensor(2.)

    Args:
        anchor: a, [..., features].
        positive: b, which should lie near the anchor, [..., features].
        negative: c, which should lie further off, [..., features].
        margin: m, above 0, by how much further off the negative has to be, in units of the distance.
        distance: "p_norm", "squared_euclidean" or "cosine".
        p: of the p-norm, at least 1: 2 is Euclidean, 1 Manhattan.
        eps: ε, at least 0, which the p-norm adds to each difference.
        swap: whether the distance from positive to negative counts where it is the smaller one.
        reduction: "none", "sum", or "mean" over the triplets; a mean over nothing is 0 and keeps the graph.
        validate: changes nothing, since no input holds labels; every loss takes it.
        variant: "loop", "vectorized", "custom_autograd", "cuda", or None for the best on the device.

    Returns:
        [...] for "none", otherwise a tensor without axes; in the dtype of the vectors.

    Raises:
        TypeError: vectors that are no floating tensors of one dtype.
        ValueError: shapes or devices that differ, an unknown choice, or a margin, p or eps out of bounds.
        ImportError: the variant "cuda" without Triton.

    Source: Schroff, Kalenichenko, Philbin (2015), FaceNet, https://arxiv.org/abs/1503.03832; the swap: Balntas, Riba,
    Ponsa, Mikolajczyk (2016), Learning local feature descriptors with triplets; conventions and defaults:
    https://docs.pytorch.org/docs/stable/generated/torch.nn.TripletMarginLoss.html, whose gradient at the margin and
    mean over no triplet differ.
    """
    compute = choose_variant("triplet_margin", anchor, variant)
    return compute(
        anchor,
        positive,
        negative,
        margin=margin,
        distance=distance,
        p=p,
        eps=eps,
        swap=swap,
        reduction=reduction,
        validate=validate,
    )


class TripletMarginLoss(RankingLoss):
    """Triplet margin loss as a module; the arguments are those of :func:`triplet_margin`.

    Example:
        >>> import torch
        >>> loss = TripletMarginLoss(distance="squared_euclidean", margin=0.5)
        >>> loss(torch.tensor([[0.0, 0.0]]), torch.tensor([[1.0, 2.0]]), torch.tensor([[0.0, 2.0]]))
        tensor(1.5000)
    """

    loss = "triplet_margin"

    margin: float = 1.0
    distance: str = "p_norm"
    p: float = 2.0
    eps: float = 1e-6
    swap: bool = False
    reduction: str = "mean"
    validate: bool = True
    variant: str | None = None

    def forward(self, anchor: Tensor, positive: Tensor, negative: Tensor) -> Tensor:
        return triplet_margin(anchor, positive, negative, **self.settings())
