"""ListNet: the function and the module to train with."""

from __future__ import annotations

from torch import Tensor

from rankproof.implementations.module import RankingLoss
from rankproof.implementations.variants import choose_variant


def list_net(
    scores: Tensor,
    relevance: Tensor,
    *,
    target: str = "softmax",
    temperature: float = 1.0,
    nothing_relevant: str = "counted",
    mask: Tensor | None = None,
    reduction: str = "mean",
    validate: bool = True,
    variant: str | None = None,
) -> Tensor:
    r"""ListNet, also known as the softmax loss.

    .. math::
        \ell = -\sum_i t_i \log p_i, \qquad p_i = \frac{\exp(s_i / T)}{\sum_j \exp(s_j / T)}

    with the target t = softmax(y), y as it is, or y over its sum. A NaN score makes its list's loss NaN.

    Example:
        >>> import torch
        >>> scores, relevance = torch.tensor([0.5, 1.0, -0.2]), torch.tensor([0, 2, 1])
        >>> list_net(scores, relevance)
        tensor(0.9846)
        >>> list_net(scores, relevance, target="labels")
        tensor(3.1377)

    Args:
        scores: s, [..., items].
        relevance: grades y of at least 0, [..., items]; of any real dtype.
        target: "softmax", the top-one probabilities of the relevance; "labels", which need not add up to 1; or
            "normalized_labels".
        temperature: T, above 0, in units of the scores; the target has none.
        nothing_relevant: a list without a relevant item is "counted" with what the target makes of it, a loss of 0
            but for a softmax, which is uniform; its target is "uniform"; or "skip" it: its loss is 0 and the mean
            does not count it.
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

    Source: Cao, Qin, Liu, Tsai, Li (2007), Learning to rank: from pairwise approach to listwise approach.
    """
    compute = choose_variant("list_net", scores, variant)
    return compute(
        scores,
        relevance,
        target=target,
        temperature=temperature,
        nothing_relevant=nothing_relevant,
        mask=mask,
        reduction=reduction,
        validate=validate,
    )


class ListNetLoss(RankingLoss):
    """ListNet as a module; the arguments are those of :func:`list_net`.

    Example:
        >>> import torch
        >>> loss = ListNetLoss(target="normalized_labels")
        >>> loss(torch.tensor([[0.5, 1.0, -0.2]]), torch.tensor([[0, 2, 1]]))
        tensor(1.0459)
    """

    loss = "list_net"

    target: str = "softmax"
    temperature: float = 1.0
    nothing_relevant: str = "counted"
    reduction: str = "mean"
    validate: bool = True
    variant: str | None = None

    def forward(self, scores: Tensor, relevance: Tensor, *, mask: Tensor | None = None) -> Tensor:
        return list_net(scores, relevance, mask=mask, **self.settings())
