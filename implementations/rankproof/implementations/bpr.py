"""Bayesian personalized ranking: the function and the module to train with."""

from __future__ import annotations

from torch import Tensor

from rankproof.implementations.module import RankingLoss
from rankproof.implementations.variants import choose_variant


def bpr(
    positive_scores: Tensor,
    negative_scores: Tensor,
    *,
    form: str = "log_sigmoid",
    reduction: str = "mean",
    validate: bool = True,
    variant: str | None = None,
) -> Tensor:
    r"""Bayesian personalized ranking loss.

    .. math:: \ell_i = -\log \sigma(p_i - n_i) \quad\text{or}\quad \ell_i = 1 - \sigma(p_i - n_i)

    The logarithm does not underflow, however wrong a pair is. A NaN score makes its pair's loss NaN.

    Example:
        >>> import torch
        >>> bpr(torch.tensor([2.0, 0.5, -1.0]), torch.tensor([1.0, 0.5, 1.0]))
        tensor(1.0444)

    Args:
        positive_scores: p, [..., n], the scores of items that users have chosen.
        negative_scores: n, [..., n], the scores of the items drawn against them. Several negatives of one positive
            are as many pairs: expand the positive.
        form: "log_sigmoid" or "one_minus_sigmoid".
        reduction: "none", "sum", or "mean" over all pairs; the mean over no pair is 0 and keeps the graph.
        validate: without effect, since there are no labels; every loss takes it.
        variant: "loop", "vectorized", "custom_autograd", "cuda", or None for the best on the device.

    Returns:
        [..., n] for "none", otherwise a tensor without axes; in the dtype of the scores.

    Raises:
        TypeError: scores that are no floating tensors of one dtype.
        ValueError: shapes or devices that differ, an unknown form, or an unknown reduction.
        ImportError: the variant "cuda" without Triton.

    Source: Rendle, Freudenthaler, Gantner, Schmidt-Thieme (2009), BPR: Bayesian personalized ranking from implicit
    feedback, https://arxiv.org/abs/1205.2618.
    """
    compute = choose_variant("bpr", positive_scores, variant)
    return compute(positive_scores, negative_scores, form=form, reduction=reduction, validate=validate)


class BPRLoss(RankingLoss):
    """Bayesian personalized ranking loss as a module; the arguments are those of :func:`bpr`.

    Example:
        >>> import torch
        >>> loss = BPRLoss(form="one_minus_sigmoid")
        >>> loss(torch.tensor([2.0, 0.5, -1.0]), torch.tensor([1.0, 0.5, 1.0]))
        tensor(0.5499)
    """

    loss = "bpr"

    form: str = "log_sigmoid"
    reduction: str = "mean"
    validate: bool = True
    variant: str | None = None

    def forward(self, positive_scores: Tensor, negative_scores: Tensor) -> Tensor:
        return bpr(positive_scores, negative_scores, **self.settings())
