"""The Plackett-Luce likelihood of a permutation: the function and the module to train with."""

from __future__ import annotations

from torch import Tensor

from rankproof.implementations.module import RankingLoss
from rankproof.implementations.variants import choose_variant


def plackett_luce(
    scores: Tensor,
    permutation: Tensor | None = None,
    *,
    form: str = "negative_log",
    mask: Tensor | None = None,
    reduction: str = "mean",
    validate: bool = True,
    variant: str | None = None,
) -> Tensor:
    r"""Plackett-Luce likelihood of a permutation.

    .. math:: \log P(\pi) = \sum_t \left( s_{\pi_t} - \log \sum_{u \ge t} e^{s_{\pi_u}} \right)

    Each place goes to one of the items that are left, with a chance proportional to the exponential of its score. A
    NaN score makes its list's loss NaN. Items at minus infinity are never chosen while another one is left, and
    cost nothing among themselves.

    Example:
        >>> import torch
        >>> plackett_luce(torch.tensor([0.5, 1.0, -0.2]), torch.tensor([1, 2, 0]))
        tensor(1.7491)

    Args:
        scores: s, [..., items].
        permutation: π, at each place, the first one first, the position of the item that has it: [..., items] of
            any integer dtype; None for the order of the list. Places that point to padding are passed over.
        form: "negative_log" (-log P, a loss), "log_probability" (log P) or "probability" (P).
        mask: True at a real item, [..., items]; padding changes nothing and gets a gradient of 0.
        reduction: "none", "sum", or "mean" over the lists; a mean over nothing is 0 and keeps the graph.
        validate: whether to check what ``permutation`` holds, which on a GPU waits for it; never under torch.compile.
        variant: "loop", "vectorized", "custom_autograd", "cuda", or None for the best on the device.

    Returns:
        [...] for "none", otherwise a tensor without axes; in the dtype of the scores.

    Raises:
        TypeError: scores that are no floating tensor, a permutation that is not of integers, or a mask that is not
            boolean.
        ValueError: shapes or devices that differ, a permutation that does not hold each position once, or an
            unknown choice.
        ImportError: the variant "cuda" without Triton.

    Source: Plackett (1975), The analysis of permutations.
    """
    compute = choose_variant("plackett_luce", scores, variant)
    return compute(scores, permutation, form=form, mask=mask, reduction=reduction, validate=validate)


class PlackettLuceLoss(RankingLoss):
    """The Plackett-Luce likelihood as a module; the arguments are those of :func:`plackett_luce`.

    Example:
        >>> import torch
        >>> loss = PlackettLuceLoss(form="probability")
        >>> loss(torch.tensor([[3.0, 3.0]]))
        tensor(0.5000)
    """

    loss = "plackett_luce"

    form: str = "negative_log"
    reduction: str = "mean"
    validate: bool = True
    variant: str | None = None

    def forward(self, scores: Tensor, permutation: Tensor | None = None, *, mask: Tensor | None = None) -> Tensor:
        return plackett_luce(scores, permutation, mask=mask, **self.settings())
