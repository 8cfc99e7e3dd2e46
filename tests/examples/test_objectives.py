"""Every loss of the package is trained, or is an operator that cannot be; and each gets what it declares."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from examples.lightgcn.candidates import draw_candidates
from examples.lightgcn.graph import planted_graph
from examples.lightgcn.objectives import left_out, objectives
from rankproof.implementations import margin_ranking, pairwise_hinge
from rankproof.spec.arguments import Input, arguments_of, losses

GRAPH = planted_graph(users=20, items=30, clusters=3)
NAMED = {each.name: each for each in objectives()}


def embeddings(scale: float = 1.0) -> tuple[torch.Tensor, torch.Tensor]:
    """The same embeddings of all users and items at each call, as leaves."""
    generator = torch.Generator().manual_seed(0)
    users, items = (scale * torch.randn(count, 8, generator=generator) for count in (GRAPH.users, GRAPH.items))
    return users.requires_grad_(), items.requires_grad_()


def compute(name: str, users: torch.Tensor, items: torch.Tensor) -> torch.Tensor:
    """An objective on every user, with the same draws at each call."""
    generator = torch.Generator().manual_seed(0)
    lists = draw_candidates(GRAPH, torch.arange(GRAPH.users), generator=generator)
    return NAMED[name].compute(users, items, lists, generator)


def lead(scores: torch.Tensor) -> torch.Tensor:
    """By how much known items outscore the others, in the mean."""
    return scores[GRAPH.known].mean() - scores[~GRAPH.known].mean()


def operators() -> set[str]:
    """The losses that take scores and nothing else."""
    declared = {loss: arguments_of(loss) for loss in losses()}
    return {loss for loss, each in declared.items() if tuple(given.name for given in each.inputs) == ("scores",)}


def test_every_loss_has_an_objective_or_takes_no_labels():
    trained = {name.partition("-")[0] for name in NAMED}
    untrained = {each.loss for each in left_out()}

    assert trained == set(losses()) - operators()
    assert untrained == operators()


def test_what_is_left_out_says_why(monkeypatch):
    order = Input("order", "index", ("items",), optional=False)
    odd, operator = (
        replace(arguments_of("warp"), inputs=inputs) for inputs in [(order,), arguments_of("warp").inputs[:1]]
    )
    given = {"approx_ndcg": odd, "warp": operator}
    monkeypatch.setattr("examples.lightgcn.objectives.arguments_of", lambda loss: given.get(loss) or arguments_of(loss))
    reasons = {each.loss: each.reason for each in left_out()}

    assert reasons["approx_ndcg"] == "objectives.py does not know how a graph becomes its inputs, order"
    assert reasons["warp"] == "an operator on scores: it has no labels to learn from"


def test_margin_ranking_is_trained_on_sampled_and_on_mined_negatives():
    assert {"margin_ranking-sampled", "margin_ranking-mined"} <= set(NAMED)


@pytest.mark.parametrize("name", NAMED)
def test_an_objective_is_a_number_with_a_finite_gradient_for_users_and_items(name):
    users, items = embeddings()
    loss = compute(name, users, items)
    loss.backward()

    assert loss.shape == ()
    assert loss.isfinite()
    for gradient in (users.grad, items.grad):
        assert gradient.isfinite().all()
        assert gradient.any()


@pytest.mark.parametrize("name", NAMED)
def test_a_step_down_an_objective_lifts_the_known_items_above_the_others(name):
    """No sign is turned round: what is minimised is a loss, not a metric."""
    users, items = embeddings(scale=0.1)
    compute(name, users, items).backward()
    step = 0.01 / users.grad.norm()
    before, after = (NAMED[name].score(each[:, None], items) for each in (users, users - step * users.grad))

    assert lead(after) > lead(before)


def test_a_loss_of_lists_gets_the_scores_of_all_candidates_and_their_labels():
    users, items = embeddings()
    lists = draw_candidates(GRAPH, torch.arange(GRAPH.users), generator=torch.Generator().manual_seed(0))
    scores = torch.einsum("ud,ucd->uc", users, items[lists.items])

    assert compute("pairwise_hinge", users, items).item() == pytest.approx(
        pairwise_hinge(scores, lists.positive, mask=lists.mask).item(), rel=1e-5
    )


def test_mined_negatives_cost_at_least_what_sampled_ones_cost():
    users, items = embeddings()

    assert compute("margin_ranking-mined", users, items) >= compute("margin_ranking-sampled", users, items)


def test_margin_ranking_is_trained_with_a_margin():
    """With the default of 0, scores that are all equal would cost nothing."""
    users, items = (torch.zeros_like(each) for each in embeddings())
    zeros = torch.zeros(1)

    assert margin_ranking(zeros, zeros, torch.ones(1)) == 0
    assert compute("margin_ranking-sampled", users, items) == 1
