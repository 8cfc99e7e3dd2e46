"""ApproxMRR: the function and the module to train with."""

from __future__ import annotations

from torch import Tensor

from rankproof.implementations.module import RankingLoss
from rankproof.implementations.variants import choose_variant


def approx_mrr(
    scores: Tensor,
    positives: Tensor,
    *,
    temperature: float = 1.0,
    several: str = "best",
    form: str = "negative",
    nothing_relevant: str = "zero",
    mask: Tensor | None = None,
    reduction: str = "mean",
    validate: bool = True,
    variant: str | None = None,
) -> Tensor:
    r"""ApproxMRR, the reciprocal rank of the first positive by soft ranks.

    .. math::
        r_i = 1 + \sum_{j \ne i} \sigma\!\left(\frac{s_j - s_i}{T}\right), \qquad
        \text{RR} = \max_{i \in P} \frac{1}{r_i} \quad\text{or}\quad \frac{1}{|P|} \sum_{i \in P} \frac{1}{r_i}

    with P the positives of the list. A NaN score makes its list's loss NaN.

    Example:
        >>> import torch
        >>> approx_mrr(torch.tensor([0.0, 1.0, 3.0, 2.0]), torch.tensor([0, 0, 1, 1]))
        tensor(-0.6966)

    Args:
        scores: s, [..., items].
        positives: which items are relevant, booleans (or 0 and 1 of any real dtype), [..., items].
        temperature: T, above 0, in units of the scores; towards 0 the ranks become hard.
        several: of several positives the reciprocal rank of the "best" one, or the "mean" of all.
        form: "negative" (-RR), "one_minus" (1 - RR) or "metric" (RR).
        nothing_relevant: the RR of a list without a positive is "zero" or "one"; or "skip" it: its loss is 0 and the
            mean does not count it.
        mask: True at a real item, [..., items]; padding changes nothing and gets a gradient of 0.
        reduction: "none", "sum", or "mean" over the lists; a mean over nothing is 0 and keeps the graph.
        validate: whether to check what ``positives`` holds, which on a GPU waits for it; never under torch.compile.
        variant: "loop", "vectorized", "custom_autograd", "cuda", or None for the best on the device.

    Returns:
        [...] for "none", otherwise a tensor without axes; in the dtype of the scores.

    Raises:
        TypeError: scores that are no floating tensor, or a mask that is not boolean.
        ValueError: shapes or devices that differ, a label that is neither 0 nor 1, an unknown choice, or a
            temperature that is not above 0.
        ImportError: the variant "cuda" without Triton.

    Source: Qin, Liu, Li (2010), A general approximation framework for direct optimization of information
    retrieval measures.
    """
    compute = choose_variant("approx_mrr", scores, variant)
    return compute(
        scores,
        positives,
        temperature=temperature,
        several=several,
        form=form,
        nothing_relevant=nothing_relevant,
        mask=mask,
        reduction=reduction,
        validate=validate,
    )


class ApproxMRRLoss(RankingLoss):
    """ApproxMRR as a module; the arguments are those of :func:`approx_mrr`.

    Example:
        >>> import torch
        >>> loss = ApproxMRRLoss(temperature=0.1)
        >>> loss(torch.tensor([[0.6, 0.8]]), torch.tensor([[1, 0]]))
        tensor(-0.5317)
    """

    loss = "approx_mrr"

    temperature: float = 1.0
    several: str = "best"
    form: str = "negative"
    nothing_relevant: str = "zero"
    reduction: str = "mean"
    validate: bool = True
    variant: str | None = None

    def forward(self, scores: Tensor, positives: Tensor, *, mask: Tensor | None = None) -> Tensor:
        return approx_mrr(scores, positives, mask=mask, **self.settings())
