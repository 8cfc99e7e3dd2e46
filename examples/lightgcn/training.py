"""The training loop: from graph to embeddings to scores to loss, and what is noted on the way."""

from __future__ import annotations

import time

import torch

from examples.lightgcn.candidates import draw_candidates
from examples.lightgcn.evaluate import held_out_ndcg
from examples.lightgcn.gradients import GradientRecord
from examples.lightgcn.graph import BipartiteGraph
from examples.lightgcn.model import Recommender
from examples.lightgcn.objectives import Objective
from examples.lightgcn.run import Run

BATCH = 50  # users a step
LEARNING_RATE = 0.02


def train(objective: Objective, graph: BipartiteGraph, *, epochs: int, seed: int) -> Run:
    """Train a new model on the known edges; the same seed gives the same run on the CPU."""
    started = time.perf_counter()
    torch.manual_seed(seed)  # for the model's first embeddings
    generator = torch.Generator().manual_seed(seed)
    model = Recommender(graph)
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
    record = GradientRecord(model)
    losses, quality = [], [evaluate(model, objective, graph)]
    for _ in range(epochs):
        steps = []
        for users in torch.randperm(graph.users, generator=generator).split(BATCH):
            lists = draw_candidates(graph, users, generator=generator)
            user_embeddings, item_embeddings = model()
            loss = objective.compute(user_embeddings[users], item_embeddings, lists, generator)
            optimizer.zero_grad()
            loss.backward()
            record.note(model)
            optimizer.step()
            steps.append(loss.item())
        losses.append(sum(steps) / len(steps))
        quality.append(evaluate(model, objective, graph))
    seconds = time.perf_counter() - started
    return Run(objective.name, tuple(losses), tuple(quality), record, seconds)


@torch.no_grad()
def evaluate(model: Recommender, objective: Objective, graph: BipartiteGraph) -> float:
    """NDCG at 10 on the held-out edges, with all items scored for all users."""
    users, items = model()
    return held_out_ndcg(objective.score(users[:, None], items), graph)
