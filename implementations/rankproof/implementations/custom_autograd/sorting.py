"""Sorting and merging along the last axis, with numpy's sorts where they can be had."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor


def sorting_order(keys: Tensor) -> Tensor:
    """The positions that sort the last axis ascending; the order of equal keys is left open, NaN comes last.

    numpy sorts with AVX512 or AVX2, four to five times faster than torch on a CPU.
    """
    if _numpy_sorts(keys):
        return torch.from_numpy(np.argsort(keys.numpy(), axis=-1))
    return keys.argsort(dim=-1)


def sorted_ascending(keys: Tensor) -> Tensor:
    """The last axis sorted; numpy does it up to twenty times faster than torch on a CPU."""
    if _numpy_sorts(keys):
        return torch.from_numpy(np.sort(keys.numpy(), axis=-1))
    return keys.sort(dim=-1).values


def merged_places(first: Tensor, second: Tensor) -> tuple[Tensor, Tensor]:
    """The places of two ascending sequences in their merger along the last axis; of equals, the first's come first.

    numpy's stable sort finds the two ascending runs and merges them, which takes linear time.
    """
    keys = torch.cat([first, second], dim=-1)
    if _numpy_sorts(keys):
        order = torch.from_numpy(np.argsort(keys.numpy(), axis=-1, kind="stable"))
    else:
        order = keys.argsort(dim=-1, stable=True)
    ranks = torch.arange(order.shape[-1], device=order.device).expand_as(order)
    places = torch.empty_like(order).scatter_(-1, order, ranks)
    return places[..., : first.shape[-1]], places[..., first.shape[-1] :]


def _numpy_sorts(keys: Tensor) -> bool:
    # numpy has no bfloat16.
    return keys.is_cpu and keys.dtype is not torch.bfloat16 and not torch.compiler.is_compiling()
