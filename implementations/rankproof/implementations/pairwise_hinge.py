"""Pairwise hinge loss of lists: the function and the module to train with."""

from __future__ import annotations

from torch import Tensor

from rankproof.implementations.module import RankingLoss
from rankproof.implementations.variants import choose_variant


def pairwise_hinge(
    scores: Tensor,
    relevance: Tensor,
    *,
    margin: float = 1.0,
    negatives: str = "all",
    normalization: str = "none",
    mask: Tensor | None = None,
    reduction: str = "mean",
    validate: bool = True,
    variant: str | None = None,
) -> Tensor:
    r"""Pairwise hinge loss.

    .. math:: \ell = \frac{1}{d} \sum_{(i, j) \in P} \max(0, m - (s_i - s_j))

    P pairs each item i with its negatives: all less relevant items, the highest-scored of them, or the
    highest-scored of those below item i. d is 1 or the number of pairs. The gradient of a pair that meets the
    margin exactly is 0. A NaN score makes its list's loss NaN.

    Example:
        >>> import torch
        >>> pairwise_hinge(torch.tensor([0.5, 1.0, -0.25]), torch.tensor([0, 2, 1]))
        tensor(2.2500)

    Args:
        scores: s, [..., items].
        relevance: grades of at least 0, [..., items]; of any real dtype.
        margin: m, the lead that costs nothing, in units of the scores.
        negatives: "all", "hardest" or "semi_hard".
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
        ValueError: shapes or devices that differ, a negative or NaN relevance, or an unknown choice.
        ImportError: the variant "cuda" without Triton.

    Source: Joachims (2002), Optimizing search engines using clickthrough data; semi-hard negatives: Schroff,
    Kalenichenko, Philbin (2015), FaceNet, https://arxiv.org/abs/1503.03832.
    """
    compute = choose_variant("pairwise_hinge", scores, variant)
    return compute(
        scores,
        relevance,
        margin=margin,
        negatives=negatives,
        normalization=normalization,
        mask=mask,
        reduction=reduction,
        validate=validate,
    )


class PairwiseHingeLoss(RankingLoss):
    """Pairwise hinge loss as a module; the arguments are those of :func:`pairwise_hinge`.

    Example:
        >>> import torch
        >>> loss = PairwiseHingeLoss(normalization="list_pairs")
        >>> loss(torch.tensor([[0.5, 1.0, -0.25]]), torch.tensor([[0, 2, 1]]))
        tensor(0.7500)
    """

    loss = "pairwise_hinge"

    margin: float = 1.0
    negatives: str = "all"
    normalization: str = "none"
    reduction: str = "mean"
    validate: bool = True
    variant: str | None = None

    def forward(self, scores: Tensor, relevance: Tensor, *, mask: Tensor | None = None) -> Tensor:
        return pairwise_hinge(scores, relevance, mask=mask, **self.settings())
