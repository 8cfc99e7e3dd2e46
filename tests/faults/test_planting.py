"""A fault that is written once is planted in every loss that has what it needs, and in no other."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor

from tests.faults import arguments, generic
from tests.faults.catalogue import CATALOGUE
from tests.faults.fault import Loss
from tests.faults.planting import Fit, everywhere, for_each, planted_in
from tests.faults.steps import margin_ranking, pairwise_hinge

SCORES = torch.tensor([0.5, 1.0, -0.25], dtype=torch.float64)
GRADES = torch.tensor([0.0, 2.0, 1.0], dtype=torch.float64)


def takes_mask(scores: Tensor, mask: Tensor | None = None) -> Tensor:
    return scores


def takes_order(scores: Tensor, order: Tensor) -> Tensor:
    return scores


@pytest.mark.parametrize(
    ("fit", "fits_mask", "fits_order"),
    [
        (Fit(), True, True),
        (Fit(needs=("mask",)), True, False),
        (Fit(needs=("scores", "order")), False, True),
        (Fit(unless=("order",)), True, False),
        (Fit(one_of=("order", "relevance")), False, True),
        (Fit(needs=("scores",), unless=("mask", "order")), False, False),
    ],
)
def test_a_fault_fits_by_the_arguments_of_the_loss(fit: Fit, fits_mask: bool, fits_order: bool) -> None:
    assert fit.holds(takes_mask) is fits_mask
    assert fit.holds(takes_order) is fits_order


def test_a_planted_fault_is_given_every_argument_of_the_call() -> None:
    @everywhere(17, "value")
    def negated(loss: Loss, arguments: dict[str, Any]) -> Tensor:
        """The sign is wrong."""
        assert arguments["margin"] == 0.0  # the default
        return -loss(**arguments)

    planted = negated(margin_ranking.margin_ranking)

    assert planted(SCORES, GRADES, torch.ones(3)) == -margin_ranking.margin_ranking(SCORES, GRADES, torch.ones(3))
    assert planted.__name__ == "negated"
    assert planted.sighting.planted  # type: ignore[attr-defined]


def test_one_fault_is_made_for_each_parameter() -> None:
    @for_each(lambda loss: ["margin", "negatives"], 31, "value")
    def parameter_ignored(loss: Loss, arguments: dict[str, Any], name: str) -> Tensor:
        """The parameter is not used."""
        return loss(**{**arguments, name: {"margin": 1.0, "negatives": "all"}[name]})

    planted = parameter_ignored(pairwise_hinge.pairwise_hinge)
    right = pairwise_hinge.pairwise_hinge

    assert list(planted) == ["margin_ignored", "negatives_ignored"]
    assert planted["margin_ignored"].__doc__ == "``margin`` is not used."
    assert planted["margin_ignored"](SCORES, GRADES, margin=3.0) == right(SCORES, GRADES)
    assert planted["negatives_ignored"](SCORES, GRADES, negatives="hardest") == right(SCORES, GRADES)


def test_a_step_is_replaced_in_every_loss_that_has_it_and_left_alone_in_the_right_one() -> None:
    planted = planted_in(pairwise_hinge, generic)["mean_over_one_more"]
    right = pairwise_hinge.pairwise_hinge

    assert planted(SCORES, GRADES) == right(SCORES, GRADES) / 2
    assert planted(SCORES, GRADES, reduction="sum") == right(SCORES, GRADES, reduction="sum")


def test_only_what_a_module_defines_itself_is_planted_from_it() -> None:
    borrowed = SimpleNamespace(__name__="elsewhere", mask_ignored=generic.mask_ignored)

    assert planted_in(pairwise_hinge, borrowed) == {}  # type: ignore[arg-type]


def test_faults_on_padding_are_planted_in_list_losses_alone() -> None:
    assert "mask_inverted" in planted_in(pairwise_hinge, arguments)
    assert "mask_inverted" not in planted_in(margin_ranking, arguments)


def test_every_parameter_is_ignored_once() -> None:
    ignored = {fault.id for fault in CATALOGUE if fault.id.endswith("_ignored")}

    assert {"pairwise_hinge.negatives_ignored", "warp.violation_ignored", "warp.reduction_ignored"} <= ignored


def test_every_fault_on_any_loss_is_planted_in_all_of_them() -> None:
    hosts = {fault.loss for fault in CATALOGUE if fault.id.endswith(".upstream_ignored")}

    assert hosts == {fault.loss for fault in CATALOGUE}
