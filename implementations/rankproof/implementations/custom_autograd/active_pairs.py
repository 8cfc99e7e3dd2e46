"""How many pairs of each item pay in the hinge over all pairs of unequal grade."""

from __future__ import annotations

import torch
from torch import Tensor

from rankproof.implementations.custom_autograd.grade_levels import grade_levels
from rankproof.implementations.custom_autograd.sorting import merged_places, sorting_order

BEYOND = 1e300  # added to a number to say "upwards"
FEW_PAIRS = 1 << 15  # of a batch, which are compared in less time than it takes to call a sort


def active_pairs(scores: Tensor, codes: Tensor, bits: int, margin: float) -> tuple[Tensor, Tensor]:
    """Count the pairs (i, j) with a higher grade of i and margin - (s_i - s_j) > 0.

    The comparison is exact for scores that float32 can hold: s_j is held against s_i - margin in float64.

    Args:
        scores: [lists, items], float64, +inf at the padding.
        codes: grades as integers of ``bits`` bits, [lists, items], all bits set at the padding.
        bits: the number of bits.
        margin: the lead that costs nothing.

    Returns:
        For each item the pairs in which it is j less those in which it is i, [lists, items], and the number of
        pairs of each list, [lists]; float64.
    """
    if scores.numel() * scores.shape[-1] <= FEW_PAIRS:
        return _of_few_items(scores, codes, margin)
    return _of_two_grades(scores, codes, margin) if bits == 1 else _of_many_grades(scores, codes, bits, margin)


def _of_few_items(scores: Tensor, codes: Tensor, margin: float) -> tuple[Tensor, Tensor]:
    """Compare all pairs."""
    lead = scores.unsqueeze(-1) - scores.unsqueeze(-2)
    active = ((codes.unsqueeze(-1) > codes.unsqueeze(-2)) & (lead < margin)).double()
    collected = active.sum(dim=-1)
    return active.sum(dim=-2) - collected, collected.sum(dim=-1)


def _of_two_grades(scores: Tensor, codes: Tensor, margin: float) -> tuple[Tensor, Tensor]:
    """Sort the thresholds of the items of higher grade among the scores of the others: O(items log items)."""
    higher = codes.double()
    bounds = torch.sub(scores, higher, alpha=margin)
    # The next number up for a threshold only: a score that equals s_i - margin comes before it.
    order = sorting_order(torch.nextafter(bounds, torch.add(bounds, higher, alpha=BEYOND)))
    thresholds = higher.gather(-1, order)
    before = thresholds.cumsum(dim=-1)
    places = torch.arange(1, order.shape[-1] + 1, dtype=torch.float64, device=scores.device)
    # A score pays to the thresholds before it, a threshold collects from the scores behind it.
    behind = (places - places[-1:]) + (before[:, -1:] - before)
    counts = before + thresholds * (behind - before)
    counts = torch.empty_like(counts).scatter_(-1, order, counts)
    return counts, -torch.linalg.vecdot(counts, higher)


def _of_many_grades(scores: Tensor, codes: Tensor, bits: int, margin: float) -> tuple[Tensor, Tensor]:
    """Merge thresholds and scores of all items, then go through the bits: O(items (log items + bits))."""
    lists, items = scores.shape
    order = sorting_order(scores)
    ascending = scores.gather(-1, order)
    ranks = torch.arange(items, device=scores.device)
    places, thresholds = merged_places(ascending, ascending - margin)
    start = items * torch.arange(lists, device=scores.device).unsqueeze(-1)
    # Of each item: where its list starts and ends, and how far the scores it outranks by the margin go, and
    # the thresholds that it exceeds.
    pointers = torch.stack(
        [start.expand_as(order), (start + items).expand_as(order), start + thresholds - ranks, start + places - ranks]
    )
    counts = torch.zeros(lists * items, dtype=torch.int32, device=scores.device)
    active = torch.zeros(lists, dtype=torch.float64, device=scores.device)
    for level in grade_levels(codes.gather(-1, order).view(-1).int(), pointers.view(4, -1).int(), bits):
        collected = (level.zeros[1] - level.zeros[2]).mul_(level.higher)
        paid = (level.ones[3] - level.ones[0]).mul_(1 - level.higher)
        counts.add_(paid.sub_(collected))
        active += collected.view(lists, items).sum(dim=-1)
    unsorted = counts.view(lists, items).double()
    return torch.empty_like(unsorted).scatter_(-1, order, unsorted), active
