"""The search for the violators of positives, along an order or by drawing: what is launched, and what it finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
import triton
from torch import Tensor

from rankproof.implementations.cuda.launch import (
    INTERPRETED,
    LONGEST_SHORT_LIST,
    TRITON_DTYPES,
    block_size,
    launch,
    tiling,
)
from rankproof.implementations.cuda.warp_draw import draw_violators
from rankproof.implementations.cuda.warp_short import search_short_lists
from rankproof.implementations.cuda.warp_tiles import list_positives
from rankproof.implementations.cuda.warp_walk import walk_order

POSITIVES_OF_A_TILE = 128 if INTERPRETED else 16
COLUMNS_OF_A_TILE = 256 if INTERPRETED else 64
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
    """What a search leaves behind, for lists [lists, items].

    In lists longer than a tile the positives lie side by side: ``items`` says which they are, violators and weights
    are in the same order, and what lies past the last is undefined. In short lists, ``items`` is None and every item
    keeps its place.
    """

    counts: Tensor  # positives and real items, [lists, 2]
    violators: Tensor  # -1: none
    weights: Tensor
    items: Tensor | None


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
    (lists, items), device = scores.shape, scores.device
    short = items <= LONGEST_SHORT_LIST
    found = Search(
        counts=torch.zeros(lists, 2, dtype=torch.int32, device=device),
        violators=torch.empty(lists, items, dtype=torch.int32, device=device),
        weights=torch.empty(lists, items, dtype=dtype, device=device),
        items=None if short else torch.empty(lists, items, dtype=torch.int32, device=device),
    )
    log_factorials = None
    if order is None:
        log_factorials = torch.lgamma(torch.arange(1, items + 2, dtype=torch.float64, device=device))
    search = _search_short if short else _search_long
    return search((scores, positives, mask), found, order, seed, log_factorials, law), found


def _search_short(
    labelled: tuple[Tensor, Tensor, Tensor | None],
    found: Search,
    order: Tensor | None,
    seed: Tensor | None,
    log_factorials: Tensor | None,
    law: Law,
) -> Tensor:
    """Search lists that share tiles."""
    scores, dtype = labelled[0], found.weights.dtype
    hinges = torch.empty(scores.shape, dtype=dtype, device=scores.device)
    grid, tiles = tiling(*scores.shape)
    options = {**_constants(law, dtype), "REPLACEMENT": law.replacement, "ROWS": tiles["ROWS"]}
    launch(
        search_short_lists,
        grid,
        *(*labelled, found.counts, found.violators, found.weights, hinges),
        *(order, 0 if order is None else order.shape[-1], seed, log_factorials),
        *(*_numbers(law), *scores.shape),
        COLUMNS=tiles["COLUMNS"],
        **options,
    )
    return hinges.sum(-1)


def _search_long(
    labelled: tuple[Tensor, Tensor, Tensor | None],
    found: Search,
    order: Tensor | None,
    seed: Tensor | None,
    log_factorials: Tensor | None,
    law: Law,
) -> Tensor:
    """List the positives first, so that no program looks for them among all items."""
    scores, dtype = labelled[0], found.weights.dtype
    lists, items = scores.shape
    poison = torch.zeros(lists, dtype=torch.float32, device=scores.device)
    block = block_size(items, ITEMS_OF_A_SCAN)
    launch(list_positives, (lists,), *labelled, found.items, found.counts, poison, items, BLOCK=block)
    grid, tiles = positive_tiling(lists, items)
    sums = torch.empty(grid, dtype=dtype, device=scores.device)
    arguments = (*labelled, found.items, found.counts, found.violators, found.weights, sums)
    options = {**_constants(law, dtype), **tiles}
    if order is not None:
        launch(walk_order, grid, *arguments, order, order.shape[-1], *_numbers(law), items, **options)
    else:
        options["REPLACEMENT"] = law.replacement
        launch(draw_violators, grid, *arguments, seed, log_factorials, *_numbers(law), items, **options)
    return sums.sum(-1) + poison


def positive_tiling(lists: int, items: int) -> tuple[tuple[int, int], dict[str, Any]]:
    """Grid and tile of the positives of long lists: enough programs to keep a GPU busy, which stride over tiles."""
    programs = min(triton.cdiv(items, POSITIVES_OF_A_TILE), triton.cdiv(ENOUGH_PROGRAMS, max(1, lists)))
    return (lists, programs), {"ROWS": POSITIVES_OF_A_TILE, "COLUMNS": COLUMNS_OF_A_TILE}


def _numbers(law: Law) -> tuple[float, int]:
    return float(law.margin), NEVER if law.max_trials is None else min(law.max_trials, NEVER)


def _constants(law: Law, dtype: torch.dtype) -> dict[str, Any]:
    return {
        "VIOLATION": law.violation,
        "OTHERS": law.negatives == "others",
        "COUNT_SKIPPED": law.skipped == "counted",
        "COUNT_NEGATIVES": law.label_count == "negatives",
        "LOGARITHMIC": law.rank_weight == "logarithmic",
        "ACCUMULATE": TRITON_DTYPES[dtype],
    }
