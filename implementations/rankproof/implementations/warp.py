"""WARP, weighted approximate-rank pairwise loss: the function and the module to train with."""

from __future__ import annotations

import torch
from torch import Tensor

from rankproof.implementations.module import RankingLoss
from rankproof.implementations.variants import choose_variant


def warp(
    scores: Tensor,
    positives: Tensor,
    order: Tensor | None = None,
    *,
    margin: float = 1.0,
    violation: str = "margin",
    rank_weight: str = "harmonic",
    negatives: str = "non_positives",
    label_count: str = "items",
    skipped: str = "free",
    replacement: bool = False,
    max_trials: int | None = None,
    normalization: str = "none",
    mask: Tensor | None = None,
    reduction: str = "mean",
    generator: torch.Generator | None = None,
    validate: bool = True,
    variant: str | None = None,
) -> Tensor:
    r"""WARP, weighted approximate-rank pairwise loss.

    .. math:: \ell = \frac{1}{d} \sum_{i \in P} L\!\left(\left\lfloor \frac{Y - 1}{N_i} \right\rfloor\right)
        (m - s_i + s_{v_i})

    Items are tried in order until v_i, the first negative that violates positive i, is found at trial N_i; a
    positive without one adds 0. L(r) = 1 + 1/2 + ... + 1/r or ln max(1, r), constant for differentiation; d is 1
    or the number of positives. A NaN score makes its list's loss NaN.

    Without an order each positive draws one of its own, uniformly: from its negatives, or from all items when
    ``skipped`` is "counted".

    Example:
        >>> import torch
        >>> scores = torch.tensor([0.5, 0.25, 0.75, 0.0, 0.25])
        >>> positives = torch.tensor([True, False, False, False, False])
        >>> warp(scores, positives, torch.tensor([1, 2]), violation="misranking")
        tensor(1.8750)

    Args:
        scores: s, [..., items].
        positives: which items are positive, [..., items]; booleans, or 0 and 1 in any real dtype.
        order: positions of items in the order in which they are tried by every positive of the list, integers
            [..., trials]; drawn when None.
        margin: m, the lead that costs nothing, in units of the scores.
        violation: a negative violates when its shortfall m - s_i + s_j is above 0 ("margin"), when it is at least 0
            ("margin_inclusive"), or when s_j > s_i ("misranking").
        rank_weight: L, "harmonic" or "logarithmic".
        negatives: of a positive, the "non_positives", or all "others".
        label_count: Y counts all "items", or the positive and its "negatives".
        skipped: an item that is tried and is no negative is "free", or "counted" as a trial.
        replacement: draw with replacement; acts only without an order.
        max_trials: give up after so many trials; None for never.
        normalization: "none" (d = 1) or "positives".
        mask: True at a real item, [..., items]; padding changes nothing and gets a gradient of 0.
        reduction: "none", "sum", or "mean" over the lists; the mean over no list is 0 and keeps the graph.
        generator: source of the draws, on the device of the scores; None for torch's own.
        validate: whether to check what ``positives`` and ``order`` hold, which on a GPU waits for them; never under
            torch.compile.
        variant: "loop", "vectorized", "custom_autograd", "cuda", or None for the best on the device.

    Returns:
        [...] for "none", otherwise a tensor without axes; in the dtype of the scores.

    Raises:
        TypeError: scores that are no floating tensor, an order that is not of integers, or a mask that is not
            boolean.
        ValueError: shapes or devices that differ, an index outside the list, a label other than 0 and 1, an unknown
            choice, or max_trials below 1.
        ImportError: the variant "cuda" without Triton.

    Source: Weston, Bengio, Usunier (2011), WSABIE: scaling up to large vocabulary image annotation; the alternatives
    are those of LightFM, https://github.com/lyst/lightfm.
    """
    compute = choose_variant("warp", scores, variant)
    return compute(
        scores,
        positives,
        order,
        margin=margin,
        violation=violation,
        rank_weight=rank_weight,
        negatives=negatives,
        label_count=label_count,
        skipped=skipped,
        replacement=replacement,
        max_trials=max_trials,
        normalization=normalization,
        mask=mask,
        reduction=reduction,
        generator=generator,
        validate=validate,
    )


class WARPLoss(RankingLoss):
    """WARP as a module; the arguments are those of :func:`warp`.

    Example:
        >>> import torch
        >>> loss = WARPLoss(replacement=True, max_trials=10, skipped="counted", rank_weight="logarithmic")
        >>> scores = torch.zeros(2, 4, requires_grad=True)
        >>> positives = torch.tensor([[1, 0, 0, 0], [1, 1, 0, 0]])
        >>> value = loss(scores, positives, generator=torch.Generator().manual_seed(0))
        >>> value.backward()
    """

    loss = "warp"

    margin: float = 1.0
    violation: str = "margin"
    rank_weight: str = "harmonic"
    negatives: str = "non_positives"
    label_count: str = "items"
    skipped: str = "free"
    replacement: bool = False
    max_trials: int | None = None
    normalization: str = "none"
    reduction: str = "mean"
    validate: bool = True
    variant: str | None = None

    def forward(
        self,
        scores: Tensor,
        positives: Tensor,
        order: Tensor | None = None,
        *,
        mask: Tensor | None = None,
        generator: torch.Generator | None = None,
    ) -> Tensor:
        return warp(scores, positives, order, mask=mask, generator=generator, **self.settings())
