"""The pairwise hinge loss of long lists: sorting and searches instead of all pairs, O(n log^2 n) time, O(n) memory.

Between kinks the sum of hinges is linear in the scores, so that counting is all it takes:
sum = margin * violated pairs + sum over i of score_i * (times i is violated against - times i violates).
"""

from __future__ import annotations

import torch
import triton
from torch import Tensor

from rankproof.implementations.cuda.launch import TRITON_DTYPES, launch
from rankproof.implementations.cuda.pairwise_hinge_search import count_far, count_near, find_previous_lower

ITEMS_OF_A_PROGRAM = 256
NEAR_LEVEL = 7


def hinge_by_sorting(
    scores: Tensor, relevance: Tensor, mask: Tensor | None, margin: float, negatives: str, dtype: torch.dtype
) -> tuple[Tensor, Tensor, Tensor]:
    """As :func:`rankproof.implementations.cuda.pairwise_hinge_tiles.hinge_by_tiles`."""
    real = torch.ones_like(scores, dtype=torch.bool) if mask is None else mask != 0
    scores = torch.where(real, scores.to(dtype), float("inf"))
    order = relevance.argsort(dim=-1, stable=True, descending=negatives == "semi_hard")
    if negatives == "semi_hard":
        order = order.gather(1, scores.gather(1, order).argsort(dim=-1, stable=True))
    if mask is not None:
        order = order.gather(1, (~real).gather(1, order).to(torch.uint8).argsort(dim=-1, stable=True))
    inside, ordered, grades = (tensor.gather(1, order) for tensor in (real, scores, relevance))
    if negatives == "all":
        sums, signed, pairs = _all_pairs(ordered, grades, inside, margin)
    else:
        chosen = previous_lower(grades) if negatives == "semi_hard" else _best_of_lower(ordered, grades)
        sums, signed, pairs = _chosen_pairs(ordered, torch.where(inside, chosen, -1), margin)
    poison = torch.where(scores.isnan(), scores, 0).sum(-1)
    return sums + poison, torch.empty_like(signed).scatter_(1, order, signed), pairs


def grade_bounds(grades: Tensor) -> tuple[Tensor, Tensor]:
    """Where the grade of each item begins and where it ends, in lists in order of relevance."""
    lists, items = grades.shape
    positions = torch.arange(items, dtype=torch.int32, device=grades.device).expand(lists, items)
    edge = torch.ones(lists, 1, dtype=torch.bool, device=grades.device)
    changes = grades[:, 1:] != grades[:, :-1]
    begins = torch.where(torch.cat((edge, changes), -1), positions, 0).cummax(-1).values
    ends = torch.where(torch.cat((changes, edge), -1), positions + 1, items)
    return begins, ends.flip(-1).cummin(-1).values.flip(-1)


def _all_pairs(scores: Tensor, grades: Tensor, inside: Tensor, margin: float) -> tuple[Tensor, Tensor, Tensor]:
    begins, ends = grade_bounds(grades)
    begins, ends = torch.where(inside, begins, 0), torch.where(inside, ends, scores.shape[-1])
    signed, violated = count_violated(scores, begins, ends, margin)
    exact = torch.where(inside, scores, 0).to(torch.float64)
    centre = exact.sum(-1, keepdim=True) / inside.sum(-1, keepdim=True).clamp(min=1)
    # Float64 and about the centre, since the terms are large against their sum.
    linear = torch.where(inside, (exact - centre) * signed, 0).sum(-1)
    return (margin * violated.sum(-1) + linear).to(scores.dtype), signed, begins.sum(-1)


def count_violated(scores: Tensor, begins: Tensor, ends: Tensor, margin: float) -> tuple[Tensor, Tensor]:
    """Count violated pairs of lists in order of relevance, padding last and of infinite score.

    Before ``begins`` lie an item's negatives, from ``ends`` on the items that it is a negative of. Both ranges are
    cut into aligned blocks of powers of two, at most one of each size, and a block sorted by score is searched.

    Returns:
        times violating minus times violated against, and times violated against, [lists, items], int32.
    """
    lists, items = scores.shape
    width = max(triton.next_power_of_2(items), 1 << NEAR_LEVEL)
    blocks = torch.nn.functional.pad(scores, (0, width - items), value=float("inf"))
    signed, violated = (torch.empty(lists, items, dtype=torch.int32, device=scores.device) for _ in range(2))
    grid = (lists, triton.cdiv(items, ITEMS_OF_A_PROGRAM))
    dtype = TRITON_DTYPES[scores.dtype]
    options = {"ACCUMULATE": dtype, "BLOCK": ITEMS_OF_A_PROGRAM}
    arguments = (begins, ends, signed, violated, float(margin), items, width)
    launch(count_near, grid, scores, blocks, *arguments, SIZE=1 << NEAR_LEVEL, **options)
    for level in range(NEAR_LEVEL, width.bit_length() - 1):
        blocks = blocks.view(lists, -1, 1 << level).sort(-1).values
        launch(count_far, grid, scores, blocks, *arguments, level, **options)
    return signed, violated


def _best_of_lower(scores: Tensor, grades: Tensor) -> Tensor:
    """The position of the best score among lower grades, -1 where there is none, in order of relevance."""
    begins, _ = grade_bounds(grades)
    best = scores.cummax(-1).indices
    return torch.where(begins > 0, best.gather(1, (begins - 1).clamp(min=0).long()), -1)


def previous_lower(grades: Tensor) -> Tensor:
    """The position of the last item before each one that has a lower grade, -1 where there is none."""
    lists, items = grades.shape
    width = max(2, triton.next_power_of_2(items))
    tree = grades.new_zeros(lists, 2 * width)
    tree[:, width : width + items] = grades
    half = width // 2
    while half > 0:
        tree[:, half : 2 * half] = torch.minimum(tree[:, 2 * half : 4 * half : 2], tree[:, 2 * half + 1 : 4 * half : 2])
        half //= 2
    chosen = torch.empty(lists, items, dtype=torch.int64, device=grades.device)
    grid = (lists, triton.cdiv(items, ITEMS_OF_A_PROGRAM))
    launch(find_previous_lower, grid, tree, chosen, items, width, BLOCK=ITEMS_OF_A_PROGRAM)
    return chosen


def _chosen_pairs(scores: Tensor, chosen: Tensor, margin: float) -> tuple[Tensor, Tensor, Tensor]:
    found = chosen >= 0
    chosen = chosen.clamp(min=0)
    shortfall = margin - (scores - scores.gather(1, chosen))
    violated = found & (shortfall > 0)
    times = violated.to(torch.int32)
    # Integers: their sum is the same in whatever order the additions arrive.
    signed = (-times).scatter_add(1, chosen, times)
    return torch.where(violated, shortfall, 0).sum(-1), signed, found.sum(-1)
