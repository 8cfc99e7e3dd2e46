"""The items of each list in the order of their grades, those of equal grade side by side, and sums over them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from rankproof.implementations.custom_autograd.sorting import sorting_order


@dataclass(frozen=True)
class GradeGroups:
    """The groups of equal grade of a batch, list after list and ascending within each; on a CPU.

    Attributes:
        order: the position of each item in its list, in the order of the groups, [lists, items].
        starts: where each group starts in the flattened order, [groups].
        group: the group of each item in the order, [lists * items].
        row: the list of each group, [groups].
    """

    order: Tensor
    starts: Tensor
    group: Tensor
    row: Tensor

    def sums(self, values: Tensor) -> Tensor:
        """The sums over the groups, [groups], of values in their order, [lists, items]."""
        return torch.from_numpy(np.add.reduceat(values.view(-1).numpy(), self.starts.numpy()))

    def of_lists(self, values: Tensor) -> Tensor:
        """The sums over the groups of each list, [..., lists], of values [..., groups]."""
        return values.new_zeros(*values.shape[:-1], self.order.shape[0]).index_add_(-1, self.row, values)

    def of_items(self, values: Tensor) -> Tensor:
        """The value of each item's group, [lists, items], of values [groups]."""
        return values.index_select(0, self.group).view(self.order.shape)

    def restored(self, values: Tensor) -> Tensor:
        """Values in the order of the groups, [lists, items], back in the order of the lists."""
        return torch.empty_like(values).scatter_(-1, self.order, values)


def grade_groups(relevance: Tensor, real: Tensor | None) -> GradeGroups:
    """Sort the items of each list by their grades: O(items log items) time.

    Args:
        relevance: grades, [lists, items], neither axis empty.
        real: which items are real, [lists, items]; all when None. Padding takes part in some group.
    """
    grades = relevance.to(torch.uint8) if relevance.dtype == torch.bool else relevance
    grades = grades if real is None else grades.masked_fill(~real, 0)
    order = sorting_order(grades)
    ascending = grades.gather(-1, order)
    rises = torch.ones_like(order, dtype=torch.bool)
    rises[:, 1:] = ascending[:, 1:] != ascending[:, :-1]
    starts = rises.view(-1).nonzero().squeeze(-1)
    return GradeGroups(order, starts, rises.view(-1).cumsum(0) - 1, starts // order.shape[-1])
