"""From the graph to labelled lists: each user's known items among items drawn from the others."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from examples.lightgcn.graph import BipartiteGraph


@dataclass(frozen=True)
class CandidateLists:
    """One list of candidates for each user of a batch, padded to the longest.

    Attributes:
        users: who they are, [lists].
        items: the candidates in random order, padding last, [lists, candidates].
        positive: which of them the user is known to have chosen, booleans [lists, candidates].
        mask: which of them are real, False at padding, [lists, candidates].
    """

    users: Tensor
    items: Tensor
    positive: Tensor
    mask: Tensor

    @property
    def negative(self) -> Tensor:
        """Which of them are real and not known to be chosen, booleans [lists, candidates]."""
        return self.mask & ~self.positive


def draw_candidates(
    graph: BipartiteGraph, users: Tensor, *, negatives: int = 20, generator: torch.Generator
) -> CandidateLists:
    """All known items of each user, and ``negatives`` items drawn from the rest without replacement.

    Held-out items are drawn like any other: in training nobody knows them.
    """
    known = graph.known[users]
    luck = torch.rand(known.shape, generator=generator)
    # Known items come last here, so that the first so many are of the rest.
    drawn = luck.masked_fill(known, 2).argsort(dim=-1)[:, :negatives]
    candidate = known.scatter(-1, drawn, True)
    order = torch.rand(known.shape, generator=generator).masked_fill(~candidate, 2).argsort(dim=-1)
    items = order[:, : int(candidate.sum(dim=-1).max())]
    mask = candidate.gather(-1, items)
    return CandidateLists(users, items, positive=known.gather(-1, items), mask=mask)
