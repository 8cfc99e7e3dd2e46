"""Expected rank loss: the function and the module to train with."""

from __future__ import annotations

from torch import Tensor

from rankproof.implementations.module import RankingLoss
from rankproof.implementations.variants import choose_variant


def expected_rank(
    scores: Tensor,
    target_ranks: Tensor,
    *,
    distance: str = "l1",
    first_rank: str = "one",
    normalization: str = "none",
    mask: Tensor | None = None,
    reduction: str = "mean",
    validate: bool = True,
    variant: str | None = None,
) -> Tensor:
    r"""The distance between given ranks and the mean ranks under the Plackett-Luce model of the scores.

    .. math:: r_i = b + \sum_{j \ne i} \sigma(s_j - s_i), \qquad \ell = \frac{1}{c} \sum_i |r_i - t_i|

    or the squares of these differences, with b = 1 or 0, and c = 1 or the number of items. A NaN score makes its
    list's loss NaN; at a rank that is met exactly the absolute difference has a gradient of 0.

    Example:
        >>> import torch
        >>> expected_rank(torch.tensor([3.0, 1.0]).log(), torch.tensor([1, 2]))
        tensor(0.5000)

    Args:
        scores: s, [..., items].
        target_ranks: t of at least 0, [..., items]; of any real dtype.
        distance: "l1", the absolute difference, or "l2", its square.
        first_rank: "one" or "zero", the rank b of the best item.
        normalization: "none", the sum over the items of a list, or "items", their mean.
        mask: True at a real item, [..., items]; padding changes nothing and gets a gradient of 0.
        reduction: "none", "sum", or "mean" over the lists; a mean over nothing is 0 and keeps the graph.
        validate: whether to check what ``target_ranks`` holds, which on a GPU waits for it; never under torch.compile.
        variant: "loop", "vectorized", "custom_autograd", "cuda", or None for the best on the device.

    Returns:
        [...] for "none", otherwise a tensor without axes; in the dtype of the scores.

    Raises:
        TypeError: scores that are no floating tensor, or a mask that is not boolean.
        ValueError: shapes or devices that differ, a negative or NaN rank, or an unknown choice.
        ImportError: the variant "cuda" without Triton.

    Source: Taylor, Guiver, Robertson, Minka (2008), SoftRank; there of Gaussian scores.
    """
    compute = choose_variant("expected_rank", scores, variant)
    return compute(
        scores,
        target_ranks,
        distance=distance,
        first_rank=first_rank,
        normalization=normalization,
        mask=mask,
        reduction=reduction,
        validate=validate,
    )


class ExpectedRankLoss(RankingLoss):
    """Expected rank loss as a module; the arguments are those of :func:`expected_rank`.

    Example:
        >>> import torch
        >>> loss = ExpectedRankLoss(distance="l2")
        >>> loss(torch.tensor([[3.0, 1.0]]).log(), torch.tensor([[1, 2]]))
        tensor(0.1250)
    """

    loss = "expected_rank"

    distance: str = "l1"
    first_rank: str = "one"
    normalization: str = "none"
    reduction: str = "mean"
    validate: bool = True
    variant: str | None = None

    def forward(self, scores: Tensor, target_ranks: Tensor, *, mask: Tensor | None = None) -> Tensor:
        return expected_rank(scores, target_ranks, mask=mask, **self.settings())
