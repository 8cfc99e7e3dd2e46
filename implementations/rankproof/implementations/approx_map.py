"""ApproxMAP: the function and the module to train with."""

from __future__ import annotations

from torch import Tensor

from rankproof.implementations.module import RankingLoss
from rankproof.implementations.variants import choose_variant


def approx_map(
    scores: Tensor,
    positives: Tensor,
    *,
    temperature: float = 1.0,
    hits: str = "scores",
    rank_temperature: float = 0.25,
    form: str = "negative",
    nothing_relevant: str = "zero",
    mask: Tensor | None = None,
    reduction: str = "mean",
    validate: bool = True,
    variant: str | None = None,
) -> Tensor:
    r"""ApproxMAP, average precision by soft ranks; Smooth-AP is its form "one_minus".

    .. math::
        r_i = 1 + \sum_{j \ne i} \sigma\!\left(\frac{s_j - s_i}{T}\right), \qquad
        \text{AP} = \frac{1}{|P|} \sum_{i \in P} \frac{1}{r_i} \Big( 1 + \sum_{j \in P, j \ne i} h_{ij} \Big)

    with P the positives of the list, of which j is a hit above i by
    :math:`h_{ij} = \sigma((s_j - s_i) / T)`, or :math:`\sigma((r_i - r_j) / T_r)`, or 1 where :math:`s_j \ge s_i`.
    A NaN score makes its list's loss NaN.

    Example:
        >>> import torch
        >>> approx_map(torch.tensor([0.0, 0.0, 0.0]), torch.tensor([1, 1, 0]))
        tensor(-0.7500)

    Args:
        scores: s, [..., items].
        positives: which items are relevant, booleans (or 0 and 1 of any real dtype), [..., items].
        temperature: T, above 0, in units of the scores; towards 0 the ranks become hard.
        hits: whether h is a sigmoid of "scores" or of "ranks", or "hard", a comparison without a gradient.
        rank_temperature: T_r, above 0, in ranks.
        form: "negative" (-AP), "one_minus" (1 - AP) or "metric" (AP).
        nothing_relevant: the AP of a list without a positive is "zero" or "one"; or "skip" it: its loss is 0 and the
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

    Sources: Qin, Liu, Li (2010), A general approximation framework for direct optimization of information
    retrieval measures ("ranks"); Brown, Xie, Kalogeiton, Zisserman (2020), Smooth-AP ("scores").
    """
    compute = choose_variant("approx_map", scores, variant)
    return compute(
        scores,
        positives,
        temperature=temperature,
        hits=hits,
        rank_temperature=rank_temperature,
        form=form,
        nothing_relevant=nothing_relevant,
        mask=mask,
        reduction=reduction,
        validate=validate,
    )


class ApproxMAPLoss(RankingLoss):
    """ApproxMAP as a module; the arguments are those of :func:`approx_map`.

    Example:
        >>> import torch
        >>> loss = ApproxMAPLoss(form="one_minus")
        >>> loss(torch.tensor([[0.0, 0.0, 0.0]]), torch.tensor([[1, 1, 0]]))
        tensor(0.2500)
    """

    loss = "approx_map"

    temperature: float = 1.0
    hits: str = "scores"
    rank_temperature: float = 0.25
    form: str = "negative"
    nothing_relevant: str = "zero"
    reduction: str = "mean"
    validate: bool = True
    variant: str | None = None

    def forward(self, scores: Tensor, positives: Tensor, *, mask: Tensor | None = None) -> Tensor:
        return approx_map(scores, positives, mask=mask, **self.settings())
