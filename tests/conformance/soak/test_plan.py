"""What a soak run asks: right subjects, every loss under each seed in turn, and nothing that takes seconds a case."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace

import pytest

from rankproof.conformance.soak.plan import CUDA, LEFT_OUT, OURS, REFERENCE, Plan, Unit, conforming, units

PLAN = Plan(conforming("cpu"))


def test_what_is_held_to_be_right_depends_on_the_device():
    assert conforming("cpu") == (REFERENCE, *OURS)
    assert conforming("cuda") == (*OURS, CUDA)
    assert {subject.name for subject in OURS} == {"loop", "vectorized", "custom_autograd"}


def test_every_loss_is_asked_under_one_seed_before_the_next():
    first = list(itertools.islice(units(["warp", "approx_ndcg"]), 3))

    assert first == [Unit(1, "warp"), Unit(1, "approx_ndcg"), Unit(2, "warp")]
    assert first[2].key == "2/warp"


@pytest.mark.parametrize(
    ("clause", "asked"), [("value", True), ("gradient", True), ("cost", False), ("cost.memory", False)]
)
def test_clauses_that_measure_are_left_out(clause, asked):
    assert PLAN.asks(clause) is asked
    assert replace(PLAN, left_out=()).asks(clause)
    assert LEFT_OUT[0] == "cost*"


def test_the_identity_holds_all_that_a_count_depends_on():
    identity = PLAN.identity()

    assert json.loads(json.dumps(identity)) is not None
    for change in ({"cases": 7}, {"device": "cuda"}, {"dtypes": ("float64",)}, {"subjects": OURS}, {"left_out": ()}):
        assert replace(PLAN, **change).identity() != identity
