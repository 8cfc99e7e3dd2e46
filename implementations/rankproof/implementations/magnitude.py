"""The order of magnitude of vectors, by which they are divided so that their powers stay in range."""

from __future__ import annotations

import math

import torch
from torch import Tensor


def magnitude(vectors: Tensor) -> Tensor:
    """A power of two near the largest component of each vector: dividing by it rounds nothing.

    Args:
        vectors: [..., features].

    Returns:
        [..., 1], a constant to autograd; any power of two for a vector without features and for one of zeros.
    """
    constant = vectors.detach()
    if vectors.shape[-1] == 0:
        return constant.sum(dim=-1, keepdim=True) + 1
    largest = torch.linalg.vector_norm(constant, math.inf, dim=-1, keepdim=True)
    return torch.ldexp(torch.ones_like(largest), torch.frexp(largest).exponent - 1)
