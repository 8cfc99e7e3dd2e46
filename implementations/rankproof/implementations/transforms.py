"""What torch's transformations need of a Function: vmap the batch axis first, autocast to be kept out."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor


def batch_axis_first(size: int, in_dims: Sequence[int | None], inputs: Sequence[Any]) -> Iterator[Any]:
    """The inputs with the axis that vmap hides as their first; a tensor without it is repeated, not copied."""
    for dim, value in zip(in_dims, inputs, strict=True):
        if not isinstance(value, Tensor):
            yield value
        elif dim is None:
            yield value.expand(size, *value.shape)
        else:
            yield value.movedim(dim, 0)


def without_autocast(tensor: Tensor) -> contextlib.AbstractContextManager[Any]:
    """Where autocast would round the factors of a product of matrices to half precision, this is to be within."""
    kind = tensor.device.type
    if not torch.amp.is_autocast_available(kind):
        return contextlib.nullcontext()
    return torch.autocast(kind, enabled=False)
