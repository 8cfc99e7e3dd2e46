"""LambdaLoss: the function and the module to train with."""

from __future__ import annotations

from torch import Tensor

from rankproof.implementations.module import RankingLoss
from rankproof.implementations.variants import choose_variant


def lambda_loss(
    scores: Tensor,
    relevance: Tensor,
    *,
    weighting: str = "ndcg_loss2pp",
    mu: float = 10.0,
    sigma: float = 1.0,
    gain: str = "exponential",
    base: str = "two",
    k: int | None = None,
    truncation: str = "both",
    scaling: str = "none",
    mask: Tensor | None = None,
    reduction: str = "mean",
    validate: bool = True,
    variant: str | None = None,
) -> Tensor:
    r"""LambdaLoss, and LambdaRank among its weightings.

    .. math:: \ell = \sum_{y_i > y_j} w_{ij} \log_2(1 + e^{-\sigma (s_i - s_j)})

    The weights are constants: r are the ranks by descending score, of equal scores the first in the list first,
    :math:`D(r) = \log_2(1 + r)`, and G the gains, 2^y - 1 or y, over the DCG of the best order, down to rank k.

    ============  ===================================================================================
    lambda_rank   :math:`|G_i - G_j|\,|1/D(r_i) - 1/D(r_j)|`, the change of NDCG when the two are swapped
    ndcg_loss1    :math:`G_i / D(r_i)`, over all pairs whatever their relevance, i = j included
    ndcg_loss2    :math:`|G_i - G_j|\,(1/D(|r_i - r_j|) - 1/D(|r_i - r_j| + 1))`
    ndcg_loss2pp  that of lambda_rank plus mu times that of ndcg_loss2
    ============  ===================================================================================

    A list with nothing relevant costs 0. A NaN score makes its list's loss NaN.

    Example:
        >>> import torch
        >>> lambda_loss(torch.tensor([0.0, 1.0]), torch.tensor([1, 0]), weighting="lambda_rank")
        tensor(0.6993)

    Args:
        scores: s, [..., items].
        relevance: grades y of at least 0, [..., items]; of any real dtype.
        weighting: "lambda_rank", "ndcg_loss1", "ndcg_loss2" or "ndcg_loss2pp".
        mu: at least 0; counts in "ndcg_loss2pp" alone.
        sigma: steepness of the logistic function, above 0.
        gain: "exponential" or "linear".
        base: of the logarithm of the loss, "two" or "natural"; that of discounts is 2.
        k: only the first k ranks count, in the ideal DCG too; None for all.
        truncation: which pairs count at k: those with "both" items among the first k; with "either"; or these with
            1 / D = 0 past k, so that weights are those of the "metric" at k.
        scaling: "none", or multiply each list's loss by its "list_size".
        mask: True at a real item, [..., items]; padding changes nothing and gets a gradient of 0.
        reduction: "none", "sum", or "mean" over the lists; a mean over nothing is 0 and keeps the graph.
        validate: whether to check what ``relevance`` holds, which on a GPU waits for it; never under torch.compile.
        variant: "loop", "vectorized", "custom_autograd", "cuda", or None for the best on the device.

    Returns:
        [...] for "none", otherwise a tensor without axes; in the dtype of the scores.

    Raises:
        TypeError: scores that are no floating tensor, or a mask that is not boolean.
        ValueError: shapes or devices that differ, a negative or NaN relevance, an unknown choice, a sigma that is
            not above 0, a negative mu, or k below 1.
        ImportError: the variant "cuda" without Triton.

    Source: Wang, Li, Golbandi, Bendersky, Najork (2018), The LambdaLoss framework for ranking metric optimization,
    https://research.google/pubs/pub47258/.
    """
    compute = choose_variant("lambda_loss", scores, variant)
    return compute(
        scores,
        relevance,
        weighting=weighting,
        mu=mu,
        sigma=sigma,
        gain=gain,
        base=base,
        k=k,
        truncation=truncation,
        scaling=scaling,
        mask=mask,
        reduction=reduction,
        validate=validate,
    )


class LambdaLoss(RankingLoss):
    """LambdaLoss as a module; the arguments are those of :func:`lambda_loss`.

    Example:
        >>> import torch
        >>> loss = LambdaLoss(weighting="lambda_rank", k=10)
        >>> loss(torch.tensor([[0.0, 1.0]]), torch.tensor([[1, 0]]))
        tensor(0.6993)
    """

    loss = "lambda_loss"

    weighting: str = "ndcg_loss2pp"
    mu: float = 10.0
    sigma: float = 1.0
    gain: str = "exponential"
    base: str = "two"
    k: int | None = None
    truncation: str = "both"
    scaling: str = "none"
    reduction: str = "mean"
    validate: bool = True
    variant: str | None = None

    def forward(self, scores: Tensor, relevance: Tensor, *, mask: Tensor | None = None) -> Tensor:
        return lambda_loss(scores, relevance, mask=mask, **self.settings())
