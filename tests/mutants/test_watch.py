"""A watcher tells whether what it is given had a graph, in calls that are differentiated."""

from __future__ import annotations

import pytest
import torch

from tests.mutants.watch import Watcher


def watched(scores: torch.Tensor, of: str) -> Watcher:
    """What a watcher saw of the labels, or of the scores, in a call of a loss."""
    watcher = Watcher()

    def loss(scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        return scores * watcher(labels if of == "labels" else scores)

    loss(scores, torch.ones(2))
    return watcher


@pytest.mark.parametrize("of", ["labels", "scores"])
def test_a_call_that_is_not_differentiated_proves_nothing(of: str) -> None:
    watcher = watched(torch.ones(2), of)

    assert not watcher.saw_none
    assert not watcher.saw_a_graph


def test_labels_have_no_graph_where_the_scores_have_one() -> None:
    watcher = watched(torch.ones(2, requires_grad=True), "labels")

    assert watcher.saw_none
    assert not watcher.saw_a_graph


def test_scores_have_a_graph() -> None:
    assert watched(torch.ones(2, requires_grad=True), "scores").saw_a_graph


def test_what_is_no_tensor_is_not_known_to_have_none() -> None:
    watcher = Watcher()

    assert watcher("text") == "text"
    assert watcher.saw_a_graph
