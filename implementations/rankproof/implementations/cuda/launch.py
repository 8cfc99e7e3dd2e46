"""Launching kernels: the device they need, block sizes, and loads that never touch padding."""

from __future__ import annotations

import math
from typing import Any

import torch
import triton
import triton.language as tl
from torch import Tensor

TRITON_DTYPES = {torch.float32: tl.float32, torch.float64: tl.float64}


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
    if isinstance(kernel, triton.JITFunction):
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


def as_lists(tensor: Tensor) -> Tensor:
    """Batch axes flattened to one: contiguous [lists, items]."""
    return tensor.reshape(math.prod(tensor.shape[:-1]), tensor.shape[-1]).contiguous()


def as_flags(flags: Tensor | None) -> Tensor | None:
    """A boolean tensor [..., items] as bytes [lists, items]; None stays None."""
    return None if flags is None else as_lists(flags).view(torch.uint8)


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
