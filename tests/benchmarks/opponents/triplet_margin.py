"""The triplet margin loss as people write it in PyTorch, correctly."""

from __future__ import annotations

import torch
from torch import Tensor


def written_out_triplet_margin(anchor: Tensor, positive: Tensor, negative: Tensor, margin: float) -> Tensor:
    """The formula with a norm for each distance, whose gradient at 0 is 0."""
    near = torch.linalg.vector_norm(anchor - positive + 1e-6, dim=-1)
    far = torch.linalg.vector_norm(anchor - negative + 1e-6, dim=-1)
    return torch.relu(near - far + margin).mean()
