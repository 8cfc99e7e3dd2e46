"""What torch.vmap needs of a Function whose inputs may have any leading batch axes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

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
