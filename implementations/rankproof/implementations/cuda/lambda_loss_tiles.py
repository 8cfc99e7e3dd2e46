"""The kernel of LambdaLoss: each item against its list, a tile at a time; the weights are never stored."""

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

from rankproof.implementations.cuda.arithmetic import divide
from rankproof.implementations.cuda.launch import TRITON_DTYPES, launch, tile_rows, tiling
from rankproof.implementations.lambda_loss_ranked import PairOptions, RankedLists, RankWeights


def loss_by_kernel(
    lists: RankedLists, options: PairOptions, weights: RankWeights, rows: int, columns: int
) -> tuple[Tensor, Tensor]:
    """The loss of each list in natural logarithms, and its gradient by the ranked scores.

    Args:
        lists: the ranked lists.
        options: of the pairs.
        weights: of the ranks.
        rows: one item of a pair has one of so many first ranks.
        columns: and the other one of so many.

    Returns:
        The losses [lists], without those of items against themselves; and the gradient [lists, items].
    """
    scores, shares = (each[:, :columns].contiguous() for each in (lists.scores, lists.shares))
    lengths = lists.lengths.clamp(max=columns).to(torch.int32)
    costs, gradient = (torch.empty_like(scores) for _ in range(2))
    grid, tiles = tiling(*scores.shape)
    arguments = (scores, shares, lengths, weights.inverse, weights.bounds, costs, gradient)
    constants = {"FIRST_ITEM": options.first_item_decides, "ACCUMULATE": TRITON_DTYPES[scores.dtype], **tiles}
    largest = torch.finfo(scores.dtype).max
    launch(lambda_loss_pairs, grid, *arguments, float(options.sigma), largest, rows, *scores.shape, **constants)
    return costs.sum(-1), torch.nn.functional.pad(gradient, (0, lists.scores.shape[1] - columns))


@triton.jit
def logistic(x: tl.tensor) -> tuple[tl.tensor, tl.tensor]:
    """log(1 + exp(x)) and the sigmoid of x; no exponent is positive, so that nothing overflows."""
    small = tl.exp(-tl.abs(x))
    more = 1.0 + small
    # What the sum rounds away of a small term is divided out again.
    rounded = more - 1.0
    tail = tl.where(rounded == 0, small, tl.log(more) * divide(small, tl.where(rounded == 0, 1.0, rounded)))
    return tl.maximum(x, 0.0) + tail, divide(tl.where(x >= 0, 1.0, small), more)


@triton.jit
def lambda_loss_pairs(
    scores_ptr: tl.tensor,
    shares_ptr: tl.tensor,
    lengths_ptr: tl.tensor,
    inverse_ptr: tl.tensor,
    bounds_ptr: tl.tensor,
    costs_ptr: tl.tensor,
    gradient_ptr: tl.tensor,
    sigma: tl.float64,
    largest: tl.float64,
    within: tl.tensor,
    lists: tl.tensor,
    n: tl.tensor,
    FIRST_ITEM: tl.constexpr,
    ACCUMULATE: tl.constexpr,
    SHORT: tl.constexpr,
    ROWS: tl.constexpr,
    COLUMNS: tl.constexpr,
) -> None:
    """Each row's item: the costs of the pairs whose better (or first) item it is, and the gradient of all its pairs.

    Positions are ranks. A pair counts if one of its ranks is among the first ``within``.
    """
    row, rows, i = tile_rows(lists, n, SHORT, ROWS)
    real_i = i < tl.load(lengths_ptr + row)
    length = tl.load(lengths_ptr + rows)
    score_i = tl.load(scores_ptr + row * n + i, mask=real_i, other=0)
    share_i = tl.load(shares_ptr + row * n + i, mask=real_i, other=0)[:, None]
    factor, limit = tl.full([1, 1], sigma, ACCUMULATE), tl.full([1, 1], largest, ACCUMULATE)
    costs, slopes = (tl.zeros([ROWS, COLUMNS], ACCUMULATE), tl.zeros([ROWS, COLUMNS], ACCUMULATE))
    for start in range(0, n, COLUMNS):
        j = start + tl.arange(0, COLUMNS)[None, :]
        real_j = j < length
        score_j = tl.load(scores_ptr + rows * n + j, mask=real_j, other=0)
        share_j = tl.load(shares_ptr + rows * n + j, mask=real_j, other=0)
        counts = real_i[:, None] & real_j & (i[:, None] != j) & ((i[:, None] < within) | (j < within))
        # Scores that differ by more than a number can hold must not cost infinity where they weigh nothing.
        lead = tl.minimum(tl.maximum((score_i[:, None] - score_j) * factor, -limit), limit)
        if FIRST_ITEM:
            cost, chance = logistic(-lead)
            _, other_chance = logistic(lead)
            costs += tl.where(counts, share_i * cost, 0.0)
            slopes += tl.where(counts, share_j * other_chance - share_i * chance, 0.0)
        else:
            pull = share_j - share_i
            change = tl.zeros([ROWS, COLUMNS], ACCUMULATE)
            if inverse_ptr is not None:
                inverse_i = tl.load(inverse_ptr + i, mask=real_i, other=0)[:, None]
                change += tl.abs(inverse_i - tl.load(inverse_ptr + j, mask=real_j, other=0))
            if bounds_ptr is not None:
                change += tl.load(bounds_ptr + tl.abs(i[:, None] - j), mask=counts, other=0)
            cost, chance = logistic(tl.where(pull < 0, -lead, lead))
            costs += tl.where(counts & (pull < 0), -pull * change * cost, 0.0)
            slopes += tl.where(counts, pull * change * chance, 0.0)
    tl.store(costs_ptr + row * n + i, tl.sum(costs, axis=1), mask=i < n)
    tl.store(gradient_ptr + row * n + i, tl.sum(slopes, axis=1) * tl.full([1], sigma, ACCUMULATE), mask=i < n)
