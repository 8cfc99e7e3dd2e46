"""ApproxRecall: the function and the module to train with."""

from __future__ import annotations

from torch import Tensor

from rankproof.implementations.module import RankingLoss
from rankproof.implementations.variants import choose_variant


def approx_recall(
    scores: Tensor,
    positives: Tensor,
    *,
    temperature: float = 1.0,
    k: int = 10,
    cutoff: str = "after_k",
    cutoff_temperature: float = 0.25,
    normalization: str = "positives",
    form: str = "negative",
    nothing_relevant: str = "zero",
    mask: Tensor | None = None,
    reduction: str = "mean",
    validate: bool = True,
    variant: str | None = None,
) -> Tensor:
    r"""ApproxRecall, the share of the positives among the first k, by soft ranks and a soft cutoff.

    .. math::
        r_i = 1 + \sum_{j \ne i} \sigma\!\left(\frac{s_j - s_i}{T}\right), \qquad
        \text{recall} = \frac{1}{d} \sum_{i \in P} \sigma\!\left(\frac{k + \frac12 - r_i}{T_c}\right)

    with P the positives of the list and d their number, or the smaller of that and k. A NaN score makes its list's
    loss NaN.

    Example:
        >>> import torch
        >>> approx_recall(torch.tensor([0.0, 0.0]), torch.tensor([1, 0]), k=1)
        tensor(-0.5000)

    Args:
        scores: s, [..., items].
        positives: which items are relevant, booleans (or 0 and 1 of any real dtype), [..., items].
        temperature: T, above 0, in units of the scores; towards 0 the ranks become hard.
        k: how many ranks count, at least 1.
        cutoff: the soft cutoff is one half at rank k + 1/2 ("after_k"), or at rank k ("at_k").
        cutoff_temperature: T_c, above 0, in ranks.
        normalization: d, the number of "positives", or "at_most_k" of them.
        form: "negative" (-recall), "one_minus" (1 - recall) or "metric" (recall).
        nothing_relevant: the recall of a list without a positive is "zero" or "one"; or "skip" it: its loss is 0 and
            the mean does not count it.
        mask: True at a real item, [..., items]; padding changes nothing and gets a gradient of 0.
        reduction: "none", "sum", or "mean" over the lists; a mean over nothing is 0 and keeps the graph.
        validate: whether to check what ``positives`` holds, which on a GPU waits for it; never under torch.compile.
        variant: "loop", "vectorized", "custom_autograd", "cuda", or None for the best on the device.

    Returns:
        [...] for "none", otherwise a tensor without axes; in the dtype of the scores.

    Raises:
        TypeError: scores that are no floating tensor, a mask that is not boolean, or k that is no integer.
        ValueError: shapes or devices that differ, a label that is neither 0 nor 1, an unknown choice, a temperature
            that is not above 0, or k below 1.
        ImportError: the variant "cuda" without Triton.

    Sources: Qin, Liu, Li (2010), A general approximation framework for direct optimization of information
    retrieval measures; Patel, Tolias, Matas (2022), Recall@k surrogate loss with large batches and similarity mixup.
    """
    compute = choose_variant("approx_recall", scores, variant)
    return compute(
        scores,
        positives,
        temperature=temperature,
        k=k,
        cutoff=cutoff,
        cutoff_temperature=cutoff_temperature,
        normalization=normalization,
        form=form,
        nothing_relevant=nothing_relevant,
        mask=mask,
        reduction=reduction,
        validate=validate,
    )


class ApproxRecallLoss(RankingLoss):
    """ApproxRecall as a module; the arguments are those of :func:`approx_recall`.

    Example:
        >>> import torch
        >>> loss = ApproxRecallLoss(k=1, cutoff="at_k")
        >>> loss(torch.tensor([[0.0, 0.0]]), torch.tensor([[1, 0]]))
        tensor(-0.1192)
    """

    loss = "approx_recall"

    temperature: float = 1.0
    k: int = 10
    cutoff: str = "after_k"
    cutoff_temperature: float = 0.25
    normalization: str = "positives"
    form: str = "negative"
    nothing_relevant: str = "zero"
    reduction: str = "mean"
    validate: bool = True
    variant: str | None = None

    def forward(self, scores: Tensor, positives: Tensor, *, mask: Tensor | None = None) -> Tensor:
        return approx_recall(scores, positives, mask=mask, **self.settings())
