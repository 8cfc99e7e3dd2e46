"""Margin ranking loss: the function and the module to train with."""

from __future__ import annotations

from torch import Tensor

from rankproof.implementations.module import RankingLoss
from rankproof.implementations.variants import choose_variant


def margin_ranking(
    input1: Tensor,
    input2: Tensor,
    target: Tensor,
    *,
    margin: float = 0.0,
    reduction: str = "mean",
    validate: bool = True,
    variant: str | None = None,
) -> Tensor:
    r"""Margin ranking loss.

    .. math:: \ell_i = \max(0, m - y_i (a_i - b_i))

    The gradient of a pair that meets the margin exactly is 0. A NaN score makes its pair's loss NaN.

    Example:
        >>> import torch
        >>> input1, input2 = torch.tensor([2.0, 1.5, 3.0]), torch.tensor([1.0, 2.0, 1.0])
        >>> margin_ranking(input1, input2, torch.ones(3), margin=1.0)
        tensor(0.5000)

    Args:
        input1: scores a of the first item of each pair, [..., n].
        input2: scores b of the second item of each pair, [..., n].
        target: y, [..., n]; +1 where ``input1`` should rank higher, -1 where ``input2`` should; of any real dtype.
        margin: m, the lead that costs nothing, in units of the scores.
        reduction: "none", "sum", or "mean" over the pairs; the mean over no pair is 0 and keeps the graph.
        validate: whether to check what ``target`` holds, which on a GPU waits for it; never under torch.compile.
        variant: "loop", "vectorized", "custom_autograd", "cuda", or None for the best on the device.

    Returns:
        [..., n] for "none", otherwise a tensor without axes; in the dtype of the inputs.

    Raises:
        TypeError: inputs that are no floating tensors of one dtype.
        ValueError: shapes or devices that differ, a target other than -1 and +1, or an unknown choice.
        ImportError: the variant "cuda" without Triton.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.MarginRankingLoss.html, whose gradient at the
    margin and mean over no pair differ.
    """
    compute = choose_variant("margin_ranking", input1, variant)
    return compute(input1, input2, target, margin=margin, reduction=reduction, validate=validate)


class MarginRankingLoss(RankingLoss):
    """Margin ranking loss as a module; the arguments are those of :func:`margin_ranking`.

    Example:
        >>> import torch
        >>> loss = MarginRankingLoss(margin=1.0)
        >>> loss(torch.tensor([1.5]), torch.tensor([2.0]), torch.tensor([1]))
        tensor(1.5000)
    """

    loss = "margin_ranking"

    margin: float = 0.0
    reduction: str = "mean"
    validate: bool = True
    variant: str | None = None

    def forward(self, input1: Tensor, input2: Tensor, target: Tensor) -> Tensor:
        return margin_ranking(input1, input2, target, **self.settings())
