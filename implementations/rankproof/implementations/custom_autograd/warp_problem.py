"""WARP's positives side by side, and what each of them may be violated by."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class WarpProblem:
    """The positives of each list, in as many places as the list with the most of them has.

    Attributes:
        columns: which item is in each place, [lists, places].
        filled: whether there is a positive in the place, [lists, places].
        thresholds: what the score of a violator exceeds, [lists, places].
        inclusive: whether to equal the threshold is enough.
        opponents: the score of each item that may be a negative, -inf at the others, [lists, items].
        opponent_counts: how many may be, [lists, 1].
        item_counts: how many real items there are, [lists, 1].
        own: whether the positive is among its opponents and violates itself, though it is no negative of its own.
        counts_itself: whether the positive is among its opponents.
    """

    columns: Tensor
    filled: Tensor
    thresholds: Tensor
    inclusive: bool
    opponents: Tensor
    opponent_counts: Tensor
    item_counts: Tensor
    own: Tensor
    counts_itself: bool


def warp_problem(
    scores: Tensor, positive: Tensor, real: Tensor | None, margin: float, violation: str, negatives: str
) -> WarpProblem:
    """Lay out the positives of each list.

    Args:
        scores: in the dtype of accumulation, [lists, items].
        positive: which real items are positive, [lists, items].
        real: which items are real; all when None.
        margin: the lead that costs nothing.
        violation: "margin", "margin_inclusive" or "misranking".
        negatives: "non_positives" or "others".
    """
    columns, filled, counts = _places(positive)
    item_counts = torch.full_like(counts, scores.shape[-1]) if real is None else real.sum(-1, keepdim=True)
    others = negatives == "others"
    inclusive = violation == "margin_inclusive"
    mine = scores.gather(-1, columns)
    # s_j > s_i - margin is what margin - s_i + s_j > 0 says, to the last digit.
    thresholds = mine if violation == "misranking" else mine - margin
    if others:
        opponents = scores if real is None else scores.masked_fill(~real, -math.inf)
    else:
        opponents = _opponents(scores, positive, real, columns, counts)
    return WarpProblem(
        columns=columns,
        filled=filled,
        thresholds=thresholds,
        inclusive=inclusive,
        opponents=opponents,
        opponent_counts=item_counts if others else item_counts - counts,
        item_counts=item_counts,
        own=exceeds(mine, thresholds, inclusive) & others,
        counts_itself=others,
    )


def exceeds(scores: Tensor, thresholds: Tensor, inclusive: bool) -> Tensor:
    """Whether a score violates."""
    return scores >= thresholds if inclusive else scores > thresholds


def _places(positive: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    lists, items = positive.shape
    if torch.compiler.is_compiling():
        # The number of places may not depend on the data: one for each item.
        columns = torch.arange(items, device=positive.device).expand(lists, items)
        return columns, positive, positive.sum(dim=-1, keepdim=True)
    rows, found = positive.nonzero(as_tuple=True)
    counts = rows.new_zeros(lists, 1).index_add_(0, rows, torch.ones_like(rows).unsqueeze(-1))
    places = torch.arange(int(counts.max()), device=rows.device)
    first = counts.cumsum(dim=0) - counts
    columns = rows.new_zeros(lists, places.numel())
    columns[rows, torch.arange(rows.numel(), device=rows.device) - first[rows, 0]] = found
    filled = places < counts
    # An empty place repeats its list's first positive, so that whatever is written there is written twice.
    return torch.where(filled, columns, columns[:, :1]), filled, counts


def _opponents(scores: Tensor, positive: Tensor, real: Tensor | None, columns: Tensor, counts: Tensor) -> Tensor:
    """The scores with -inf at the positives and the padding."""
    if real is not None or torch.compiler.is_compiling():
        return scores.masked_fill(positive if real is None else positive | ~real, -math.inf)
    # A copy with a few numbers replaced takes a third of the time of a masked fill.
    return scores.scatter(-1, columns, torch.where(counts > 0, -math.inf, scores.gather(-1, columns)))
