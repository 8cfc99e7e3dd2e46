"""ApproxNDCG: the function and the module to train with."""

from __future__ import annotations

from torch import Tensor

from rankproof.implementations.module import RankingLoss
from rankproof.implementations.variants import choose_variant


def approx_ndcg(
    scores: Tensor,
    relevance: Tensor,
    *,
    temperature: float = 1.0,
    gain: str = "exponential",
    form: str = "negative",
    nothing_relevant: str = "zero",
    k: int | None = None,
    cutoff_temperature: float = 0.25,
    mask: Tensor | None = None,
    reduction: str = "mean",
    validate: bool = True,
    variant: str | None = None,
) -> Tensor:
    r"""ApproxNDCG.

    .. math::
        r_i = 1 + \sum_{j \ne i} \sigma\!\left(\frac{s_j - s_i}{T}\right), \qquad
        \text{NDCG} = \frac{1}{Z} \sum_i \frac{g_i c_i}{\log_2(1 + r_i)}

    with gains g = 2^y - 1 or y, the cutoff c = σ((k + 1/2 - r) / T_c), which is 1 without k, and Z the DCG that
    hard ranks give to the gains in descending order, down to rank k. A NaN score makes its list's loss NaN.

    Example:
        >>> import torch
        >>> approx_ndcg(torch.tensor([0.5, 1.0, -0.2]), torch.tensor([0, 2, 1]))
        tensor(-0.7518)

    Args:
        scores: s, [..., items].
        relevance: grades y of at least 0, [..., items]; of any real dtype.
        temperature: T, above 0, in units of the scores; towards 0 the ranks become hard.
        gain: "exponential" or "linear".
        form: "negative" (-NDCG), "one_minus" (1 - NDCG) or "metric" (NDCG).
        nothing_relevant: the NDCG of a list without a relevant item is "zero" or "one"; or "skip" it: its loss is
            0 and the mean does not count it.
        k: only the first k ranks count; None for all.
        cutoff_temperature: T_c, above 0, in ranks.
        mask: True at a real item, [..., items]; padding changes nothing and gets a gradient of 0.
        reduction: "none", "sum", or "mean" over the lists; a mean over nothing is 0 and keeps the graph.
        validate: whether to check what ``relevance`` holds, which on a GPU waits for it; never under torch.compile.
        variant: "loop", "vectorized", "custom_autograd", "cuda", or None for the best on the device.

    Returns:
        [...] for "none", otherwise a tensor without axes; in the dtype of the scores.

    Raises:
        TypeError: scores that are no floating tensor, or a mask that is not boolean.
        ValueError: shapes or devices that differ, a negative or NaN relevance, an unknown choice, a temperature
            that is not above 0, or k below 1.
        ImportError: the variant "cuda" without Triton.

    Source: Qin, Liu, Li (2010), A general approximation framework for direct optimization of information
    retrieval measures.
    """
    compute = choose_variant("approx_ndcg", scores, variant)
    return compute(
        scores,
        relevance,
        temperature=temperature,
        gain=gain,
        form=form,
        nothing_relevant=nothing_relevant,
        k=k,
        cutoff_temperature=cutoff_temperature,
        mask=mask,
        reduction=reduction,
        validate=validate,
    )


class ApproxNDCGLoss(RankingLoss):
    """ApproxNDCG as a module; the arguments are those of :func:`approx_ndcg`.

    Example:
        >>> import torch
        >>> loss = ApproxNDCGLoss(temperature=0.1)
        >>> loss(torch.tensor([[0.5, 1.0, -0.2]]), torch.tensor([[0, 2, 1]]))
        tensor(-0.9600)
    """

    loss = "approx_ndcg"

    temperature: float = 1.0
    gain: str = "exponential"
    form: str = "negative"
    nothing_relevant: str = "zero"
    k: int | None = None
    cutoff_temperature: float = 0.25
    reduction: str = "mean"
    validate: bool = True
    variant: str | None = None

    def forward(self, scores: Tensor, relevance: Tensor, *, mask: Tensor | None = None) -> Tensor:
        return approx_ndcg(scores, relevance, mask=mask, **self.settings())
