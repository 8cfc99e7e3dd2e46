"""A short training moves the model, is the same at each run, and can be compared and drawn."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from examples.lightgcn.__main__ import main
from examples.lightgcn.graph import planted_graph
from examples.lightgcn.objectives import objectives

pytest.importorskip("torch_geometric", reason="torch-geometric is not installed: nox -s examples trains the models")

from examples.lightgcn.training import train

GRAPH = planted_graph(users=40, items=30, clusters=3)
NAMED = {each.name: each for each in objectives()}


def test_two_epochs_lower_the_loss_and_reach_every_parameter():
    run = train(NAMED["pairwise_hinge"], GRAPH, epochs=2, seed=0)

    assert run.losses[1] < run.losses[0]
    assert run.ndcg[-1] > run.ndcg[0]
    assert len(run.ndcg) == 3
    assert run.gradients.unreached() == {}
    assert run.gradients.finite


def test_the_seed_decides_the_run():
    first, again, other = (train(NAMED["warp"], GRAPH, epochs=1, seed=seed) for seed in (0, 0, 1))

    assert (first.losses, first.ndcg) == (again.losses, again.ndcg)
    assert first.losses != other.losses


def test_the_command_prints_the_comparison_and_draws_the_curves(tmp_path):
    pytest.importorskip("matplotlib", reason="matplotlib is not installed: nox -s examples draws the curves")
    figure = tmp_path / "new" / "curves.png"
    done = CliRunner().invoke(main, ["--objective", "pairwise_hinge", "--epochs", "3", "--figure", str(figure)])

    assert done.exit_code == 0, done.output
    assert "pairwise_hinge" in done.output
    assert figure.read_bytes().startswith(b"\x89PNG")
