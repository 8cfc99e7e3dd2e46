"""ListMLE: the function and the module to train with."""

from __future__ import annotations

from torch import Tensor

from rankproof.implementations.module import RankingLoss
from rankproof.implementations.variants import choose_variant


def list_mle(
    scores: Tensor,
    relevance: Tensor,
    *,
    ties: str = "stable",
    position_weights: str = "none",
    k: int | None = None,
    normalization: str = "none",
    mask: Tensor | None = None,
    reduction: str = "mean",
    validate: bool = True,
    variant: str | None = None,
) -> Tensor:
    r"""ListMLE.

    .. math:: \ell = \frac{1}{W} \sum_t w_t \left( \log \sum_{j \in L_t} e^{s_j} - s_{\pi_t} \right)

    where π orders the items by descending relevance, and L_t are the items that are left at place t: those at t and
    later, and where ties are shared those before it that are as relevant too. A NaN score makes its list's loss NaN.

    Example:
        >>> import torch
        >>> list_mle(torch.tensor([0.5, 1.0, -0.2]), torch.tensor([0, 2, 1]))
        tensor(1.7491)

    Args:
        scores: s, [..., items].
        relevance: grades y of at least 0, [..., items]; of any real dtype.
        ties: items of equal relevance stand in the order of the input ("stable"), or each of them is chosen among all
            of its grade and below, and they share the weights of their places ("shared").
        position_weights: w_t is 1 ("none"), or 2^(n - t) - 1 at place t of n, from 1 ("p_list_mle"): for lists of
            hundreds of items beyond every dtype, unless they are normalised.
        k: places after the first k weigh nothing; None for all.
        normalization: W is 1 ("none") or the sum of the weights ("weights"), where that is not 0.
        mask: True at a real item, [..., items]; padding changes nothing and gets a gradient of 0.
        reduction: "none", "sum", or "mean" over the lists; a mean over nothing is 0 and keeps the graph.
        validate: whether to check what ``relevance`` holds, which on a GPU waits for it; never under torch.compile.
        variant: "loop", "vectorized", "custom_autograd", "cuda", or None for the best on the device.

    Returns:
        [...] for "none", otherwise a tensor without axes; in the dtype of the scores.

    Raises:
        TypeError: scores that are no floating tensor, or a mask that is not boolean.
        ValueError: shapes or devices that differ, a negative or NaN relevance, an unknown choice, or k below 1.
        ImportError: the variant "cuda" without Triton.

    Source: Xia, Liu, Wang, Zhang, Li (2008), Listwise approach to learning to rank.
    """
    compute = choose_variant("list_mle", scores, variant)
    return compute(
        scores,
        relevance,
        ties=ties,
        position_weights=position_weights,
        k=k,
        normalization=normalization,
        mask=mask,
        reduction=reduction,
        validate=validate,
    )


class ListMLELoss(RankingLoss):
    """ListMLE as a module; the arguments are those of :func:`list_mle`.

    Example:
        >>> import torch
        >>> loss = ListMLELoss(k=1)
        >>> loss(torch.tensor([[0.0, 0.0]]), torch.tensor([[0, 1]]))
        tensor(0.6931)
    """

    loss = "list_mle"

    ties: str = "stable"
    position_weights: str = "none"
    k: int | None = None
    normalization: str = "none"
    reduction: str = "mean"
    validate: bool = True
    variant: str | None = None

    def forward(self, scores: Tensor, relevance: Tensor, *, mask: Tensor | None = None) -> Tensor:
        return list_mle(scores, relevance, mask=mask, **self.settings())
