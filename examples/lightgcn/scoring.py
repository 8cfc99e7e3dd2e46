"""From embeddings to scores: the higher, the rather does the user choose the item."""

from __future__ import annotations

import torch
from torch import Tensor


def dot_product(users: Tensor, items: Tensor) -> Tensor:
    """The inner products of embeddings [..., dimensions]: [...]; leading axes broadcast."""
    return (users * items).sum(dim=-1)


def negative_distance(users: Tensor, items: Tensor) -> Tensor:
    """Minus the Euclidean distances of embeddings [..., dimensions]: [...]; leading axes broadcast."""
    distances: Tensor = torch.linalg.vector_norm(users - items, dim=-1)
    return -distances
