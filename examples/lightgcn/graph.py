"""The data: a bipartite graph of users and items with planted clusters, its edges split into known and held out."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class BipartiteGraph:
    """Who chose what; no edge is both known and held out.

    Attributes:
        known: the edges that a model may see, booleans [users, items].
        held_out: the edges that it is to predict, booleans [users, items].
        same_cluster: where the planted structure makes edges likely, [users, items]: what there is to find.
    """

    known: Tensor
    held_out: Tensor
    same_cluster: Tensor

    @property
    def users(self) -> int:
        return self.known.shape[0]

    @property
    def items(self) -> int:
        return self.known.shape[1]

    def edge_index(self) -> Tensor:
        """The known edges as PyTorch Geometric takes them, [2, 2 x edges].

        Nodes are numbered through, users first, then items. Each edge stands in both directions, so that users learn
        from their items and items from their users.
        """
        user, item = self.known.nonzero(as_tuple=True)
        node = item + self.users
        return torch.stack([torch.cat([user, node]), torch.cat([node, user])])


def planted_graph(
    users: int = 200,
    items: int = 150,
    *,
    clusters: int = 10,
    within: float = 0.5,
    across: float = 0.02,
    held_out: float = 0.25,
    seed: int = 0,
) -> BipartiteGraph:
    """Draw a graph in which users mostly choose items of their own cluster.

    Args:
        users: how many users; user u belongs to cluster u mod ``clusters``.
        items: how many items; item i belongs to cluster i mod ``clusters``.
        clusters: how many clusters.
        within: the probability of an edge within a cluster.
        across: the probability of an edge between clusters: the noise.
        held_out: the probability that an edge is held out.
        seed: of the draw.
    """
    generator = torch.Generator().manual_seed(seed)
    same_cluster = torch.arange(users)[:, None] % clusters == torch.arange(items) % clusters
    probability = torch.full((users, items), across).masked_fill(same_cluster, within)
    edges = torch.rand(users, items, generator=generator) < probability
    hidden = edges & (torch.rand(users, items, generator=generator) < held_out)
    return BipartiteGraph(known=edges & ~hidden, held_out=hidden, same_cluster=same_cluster)
