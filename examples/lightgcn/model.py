"""The model: LightGCN of PyTorch Geometric, from the graph to an embedding for each user and item."""

from __future__ import annotations

from torch import Tensor, nn
from torch_geometric.nn import LightGCN

from examples.lightgcn.graph import BipartiteGraph


class Recommender(nn.Module):
    """LightGCN (He et al. 2020, https://arxiv.org/abs/2002.02126) on the known edges of one graph.

    Its parameters are one vector for each node; the layers average neighbours and have none of their own.
    """

    def __init__(self, graph: BipartiteGraph, *, dimensions: int = 16, layers: int = 2) -> None:
        super().__init__()
        self.users = graph.users
        self.lightgcn = LightGCN(graph.users + graph.items, dimensions, layers)
        self.register_buffer("edge_index", graph.edge_index())

    def forward(self) -> tuple[Tensor, Tensor]:
        """The embeddings of all users, [users, dimensions], and of all items, [items, dimensions]."""
        embeddings = self.lightgcn.get_embedding(self.edge_index)
        return embeddings[: self.users], embeddings[self.users :]
