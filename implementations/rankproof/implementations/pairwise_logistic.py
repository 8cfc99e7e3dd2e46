"""Pairwise logistic loss of lists (RankNet): the function and the module to train with."""

from __future__ import annotations

from torch import Tensor

from rankproof.implementations.module import RankingLoss
from rankproof.implementations.variants import choose_variant


def pairwise_logistic(
    scores: Tensor,
    relevance: Tensor,
    *,
    temperature: float = 1.0,
    base: str = "natural",
    ties: str = "out",
    normalization: str = "none",
    mask: Tensor | None = None,
    reduction: str = "mean",
    validate: bool = True,
    variant: str | None = None,
) -> Tensor:
    r"""Pairwise logistic loss, RankNet.

    .. math:: \ell = \frac{1}{d} \sum_{y_i > y_j} \log\left(1 + e^{-(s_i - s_j) / T}\right)

    over the pairs of items of unequal relevance. With ties, a pair of equal relevance adds the mean of what it costs
    in either order. d is 1 or the number of pairs. A NaN score makes its list's loss NaN.

    Example:
        >>> import torch
        >>> pairwise_logistic(torch.tensor([0.5, 1.0, -0.2]), torch.tensor([0, 2, 1]), normalization="list_pairs")
        tensor(0.6135)

    Args:
        scores: s, [..., items].
        relevance: grades y of at least 0, [..., items]; of any real dtype.
        temperature: T, above 0, in units of the scores; the inverse of RankNet's sigma.
        base: of the logarithm, "natural" or "two".
        ties: items of equal relevance are left "out", or are pairs of target "half".
        normalization: "none" (d = 1), "list_pairs" (d = pairs of the list, at least 1) or "batch_pairs" (d = 1, and
            a mean divides by the pairs of the batch instead of its lists).
        mask: True at a real item, [..., items]; padding changes nothing and gets a gradient of 0.
        reduction: "none", "sum", or "mean" over the lists; a mean over nothing is 0 and keeps the graph.
        validate: whether to check what ``relevance`` holds, which on a GPU waits for it; never under torch.compile.
        variant: "loop", "vectorized", "custom_autograd", "cuda", or None for the best on the device.

    Returns:
        [...] for "none", otherwise a tensor without axes; in the dtype of the scores.

    Raises:
        TypeError: scores that are no floating tensor, or a mask that is not boolean.
        ValueError: shapes or devices that differ, a negative or NaN relevance, an unknown choice, or a temperature
            that is not above 0.
        ImportError: the variant "cuda" without Triton.

    Source: Burges et al. (2005), Learning to rank using gradient descent.
    """
    compute = choose_variant("pairwise_logistic", scores, variant)
    return compute(
        scores,
        relevance,
        temperature=temperature,
        base=base,
        ties=ties,
        normalization=normalization,
        mask=mask,
        reduction=reduction,
        validate=validate,
    )


class PairwiseLogisticLoss(RankingLoss):
    """Pairwise logistic loss as a module; the arguments are those of :func:`pairwise_logistic`.

    Example:
        >>> import torch
        >>> loss = PairwiseLogisticLoss(base="two")
        >>> loss(torch.tensor([[0.5, 1.0, -0.2]]), torch.tensor([[0, 2, 1]]))
        tensor(2.6553)
    """

    loss = "pairwise_logistic"

    temperature: float = 1.0
    base: str = "natural"
    ties: str = "out"
    normalization: str = "none"
    reduction: str = "mean"
    validate: bool = True
    variant: str | None = None

    def forward(self, scores: Tensor, relevance: Tensor, *, mask: Tensor | None = None) -> Tensor:
        return pairwise_logistic(scores, relevance, mask=mask, **self.settings())
