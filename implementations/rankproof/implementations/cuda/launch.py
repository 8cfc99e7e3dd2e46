"""Launching kernels: the device they need, the tiles of lists, and loads that never touch padding."""

from __future__ import annotations

import math
from typing import Any

import torch
import triton
import triton.language as tl
from torch import Tensor


@triton.jit
def tile_rows(
    lists: tl.tensor, n: tl.tensor, SHORT: tl.constexpr, ROWS: tl.constexpr
) -> tuple[tl.tensor, tl.tensor, tl.tensor]:
    """The rows of this program's tile: their list, the same for two axes, and their item, which is n past the end."""
    if SHORT:
        flat = tl.program_id(0).to(tl.int64) * ROWS + tl.arange(0, ROWS)
        row = tl.minimum(flat // n, lists - 1)
        return row, row[:, None], tl.minimum(flat - row * n, n).to(tl.int32)
    else:
        row = tl.program_id(0).to(tl.int64)
        return row, row, tl.minimum(tl.program_id(1) * ROWS + tl.arange(0, ROWS), n)


@triton.jit
def real_items(mask_ptr: tl.tensor, row: tl.tensor, items: tl.tensor, n: tl.tensor) -> tl.tensor:
    """Which of ``items`` lie in the list and are no padding."""
    real = (items >= 0) & (items < n)
    if mask_ptr is not None:
        real = real & (tl.load(mask_ptr + row * n + items, mask=real, other=0) != 0)
    return real


@triton.jit
def nan_among(scores: tl.tensor) -> tl.tensor:
    """NaN if any score is NaN, else 0: what is added to a loss that comparisons would leave finite."""
    return tl.sum(tl.where(scores != scores, scores, 0.0))


TRITON_DTYPES = {torch.float32: tl.float32, torch.float64: tl.float64}
INTERPRETED = not isinstance(real_items, triton.JITFunction)
LONGEST_SHORT_LIST = 64
COLUMNS_OF_A_TILE = 64
# As many as the registers of 4 warps hold; rows of several lists need some of them for addresses. The interpreter
# takes its time by the program, not by the pair.
PAIRS_OF_A_TILE = 16384 if INTERPRETED else 2048
PAIRS_OF_A_SHARED_TILE = 16384 if INTERPRETED else 1024


def launch(kernel: Any, grid: tuple[int, ...], first: Tensor, *arguments: Any, **options: Any) -> None:
    """Run a kernel on the device of its first argument; an empty grid runs nothing.

    Fused multiply-adds are off: they would decide another side of a kink than the interpreter and torch do.

    Raises:
        RuntimeError: tensors elsewhere than on CUDA while the kernels are compiled.
    """
    if 0 in grid:
        return
    if first.is_cuda:
        with torch.cuda.device(first.device):
            kernel[grid](first, *arguments, enable_fp_fusion=False, **options)
        return
    if not INTERPRETED:
        raise RuntimeError(
            f"got tensors on device {first.device}, expected a CUDA device; move them to a GPU, or set the "
            "environment variable TRITON_INTERPRET=1 before Python starts to interpret the kernels on a CPU"
        )
    _interpret(kernel, grid, first, *arguments, **options)


@torch.compiler.disable
def _interpret(kernel: Any, grid: tuple[int, ...], *arguments: Any, **options: Any) -> None:
    """Run a kernel in Triton's interpreter, into which torch.compile must not trace."""
    kernel[grid](*arguments, **options)


def block_size(length: int, limit: int) -> int:
    """The power of two that covers ``length``, up to ``limit``."""
    return min(1 << max(0, length - 1).bit_length(), limit)


def tiling(lists: int, items: int) -> tuple[tuple[int, ...], dict[str, Any]]:
    """Grid and tiles that set every item of a list against every other.

    Short lists share a tile, whose columns cover one list each; a long list is cut into tiles.
    """
    if items <= LONGEST_SHORT_LIST:
        columns = block_size(items, LONGEST_SHORT_LIST)
        rows = PAIRS_OF_A_SHARED_TILE // columns
        rows = block_size(lists * items, rows) if INTERPRETED else rows
        return (triton.cdiv(lists * items, rows),), {"SHORT": True, "ROWS": rows, "COLUMNS": columns}
    rows = PAIRS_OF_A_TILE // COLUMNS_OF_A_TILE
    return (lists, triton.cdiv(items, rows)), {"SHORT": False, "ROWS": rows, "COLUMNS": COLUMNS_OF_A_TILE}


def as_lists(tensor: Tensor) -> Tensor:
    """Batch axes flattened to one: contiguous [lists, items]."""
    return tensor.reshape(math.prod(tensor.shape[:-1]), tensor.shape[-1]).contiguous()


def as_flags(flags: Tensor | None) -> Tensor | None:
    """A boolean tensor [..., items] as bytes [lists, items]; None stays None."""
    return None if flags is None else as_lists(flags).view(torch.uint8)
