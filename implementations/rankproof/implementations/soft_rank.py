"""Soft rank: the function and the module to build losses from."""

from __future__ import annotations

from torch import Tensor

from rankproof.implementations.module import RankingLoss
from rankproof.implementations.variants import choose_variant


def soft_rank(
    scores: Tensor,
    *,
    temperature: float = 1.0,
    direction: str = "descending",
    first_rank: str = "one",
    mask: Tensor | None = None,
    reduction: str = "none",
    validate: bool = True,
    variant: str | None = None,
) -> Tensor:
    r"""The rank of each item of a list, differentiable.

    .. math:: r_i = b + \sum_{j \ne i} \sigma\!\left(\frac{s_j - s_i}{T}\right)

    with b = 1 or 0, and the scores negated where the smallest comes first. Items that tie share the mean of their
    ranks. A NaN score makes the ranks of its list NaN.

    Example:
        >>> import torch
        >>> soft_rank(torch.tensor([0.5, 1.0, -0.2]), temperature=0.1)
        tensor([1.9942, 1.0067, 2.9991])

    Args:
        scores: s, [..., items].
        temperature: T, above 0, in units of the scores; towards 0 the ranks become hard.
        direction: "descending", the largest score first, or "ascending", the smallest.
        first_rank: "one" or "zero", the rank b of an item that all others come after.
        mask: True at a real item, [..., items]; padding changes nothing, has a rank of 0 and gets a gradient of 0.
        reduction: "none", "sum", or "mean" over the real items; a mean over nothing is 0 and keeps the graph.
        validate: without effect, since there are no labels to check.
        variant: "loop", "vectorized", "custom_autograd", "cuda", or None for the best on the device.

    Returns:
        [..., items] for "none", otherwise a tensor without axes; in the dtype of the scores.

    Raises:
        TypeError: scores that are no floating tensor, or a mask that is not boolean.
        ValueError: shapes or devices that differ, an unknown choice, or a temperature that is not above 0.
        ImportError: the variant "cuda" without Triton.

    Source: Qin, Liu, Li (2010), A general approximation framework for direct optimization of information
    retrieval measures.
    """
    compute = choose_variant("soft_rank", scores, variant)
    return compute(
        scores,
        temperature=temperature,
        direction=direction,
        first_rank=first_rank,
        mask=mask,
        reduction=reduction,
        validate=validate,
    )


class SoftRank(RankingLoss):
    """Soft rank as a module; the arguments are those of :func:`soft_rank`.

    Example:
        >>> import torch
        >>> rank = SoftRank(direction="ascending", temperature=0.01)
        >>> rank(torch.tensor([[5.0, 1.0, 2.0]]))
        tensor([[3., 1., 2.]])
    """

    loss = "soft_rank"

    temperature: float = 1.0
    direction: str = "descending"
    first_rank: str = "one"
    reduction: str = "none"
    validate: bool = True
    variant: str | None = None

    def forward(self, scores: Tensor, *, mask: Tensor | None = None) -> Tensor:
        return soft_rank(scores, mask=mask, **self.settings())
