"""The search for the violators of positives, along an order or by drawing: what is launched, and what it finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
import triton
from torch import Tensor

from rankproof.implementations.cuda.launch import TRITON_DTYPES, block_size, launch
from rankproof.implementations.cuda.warp_draw import draw_violators
from rankproof.implementations.cuda.warp_tiles import list_positives
from rankproof.implementations.cuda.warp_walk import walk_order

POSITIVES_OF_A_TILE = 16
COLUMNS_OF_A_TILE = 128
ITEMS_OF_A_SCAN = 4096
ENOUGH_PROGRAMS = 2048
NEVER = 2**31 - 1


@dataclass(frozen=True)
class Law:
    """What is a negative, a violation and a trial, and what a rank estimate weighs: the parameters of WARP."""

    margin: float
    violation: str
    rank_weight: str
    negatives: str
    label_count: str
    skipped: str
    replacement: bool
    max_trials: int | None


class Search(NamedTuple):
    """The positives of each list side by side, with their violators (-1: none) and weights, all [lists, items].

    counts: positives and real items of each list, [lists, 2]; what lies past the positives is undefined.
    """

    positives: Tensor
    counts: Tensor
    violators: Tensor
    weights: Tensor


def find_violators(
    scores: Tensor,
    positives: Tensor,
    mask: Tensor | None,
    order: Tensor | None,
    seed: Tensor | None,
    law: Law,
    dtype: torch.dtype,
) -> tuple[Tensor, Search]:
    """Search the violators of lists [lists, items], along ``order`` [lists, trials] or drawn from ``seed`` [1].

    Returns:
        the sums of weighted hinges, [lists] in ``dtype``, NaN for a list with a NaN score; and what was found.
    """
    (count, items), device = scores.shape, scores.device
    found = Search(
        positives=torch.empty(count, items, dtype=torch.int32, device=device),
        counts=torch.zeros(count, 2, dtype=torch.int32, device=device),
        violators=torch.empty(count, items, dtype=torch.int32, device=device),
        weights=torch.empty(count, items, dtype=dtype, device=device),
    )
    poison = torch.zeros(count, dtype=torch.float32, device=device)
    block = block_size(items, ITEMS_OF_A_SCAN)
    scan = (count if items else 0,)
    launch(list_positives, scan, scores, positives, mask, found.positives, found.counts, poison, items, BLOCK=block)
    grid, blocks = tiling(count, items)
    sums = torch.empty(grid, dtype=dtype, device=device)
    lists = (scores, positives, mask, *found, sums)
    numbers = (float(law.margin), NEVER if law.max_trials is None else min(law.max_trials, NEVER), items)
    options = {**blocks, **_constants(law), "ACCUMULATE": TRITON_DTYPES[dtype]}
    if order is not None:
        options["COLUMNS"] = block_size(order.shape[-1], COLUMNS_OF_A_TILE)
        launch(walk_order, grid, *lists, order, order.shape[-1], *numbers, **options)
    else:
        log_factorials = torch.lgamma(torch.arange(1, items + 2, dtype=torch.float64, device=device))
        options["REPLACEMENT"] = law.replacement
        launch(draw_violators, grid, *lists, seed, log_factorials, *numbers, **options)
    return sums.sum(-1) + poison, found


def tiling(lists: int, items: int) -> tuple[tuple[int, int], dict[str, Any]]:
    """Grid and tile of the positives: enough programs a list to keep a GPU busy, each of which strides over tiles."""
    rows = block_size(items, POSITIVES_OF_A_TILE)
    programs = min(triton.cdiv(items, rows), triton.cdiv(ENOUGH_PROGRAMS, max(1, lists)))
    return (lists, programs), {"ROWS": rows, "COLUMNS": block_size(items, COLUMNS_OF_A_TILE)}


def _constants(law: Law) -> dict[str, Any]:
    return {
        "VIOLATION": law.violation,
        "OTHERS": law.negatives == "others",
        "COUNT_SKIPPED": law.skipped == "counted",
        "COUNT_NEGATIVES": law.label_count == "negatives",
        "LOGARITHMIC": law.rank_weight == "logarithmic",
    }
