"""A run that went well has no problem; each thing that can go wrong is told by its own sentence."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from examples.lightgcn.criteria import LEAST_GAIN, problems
from examples.lightgcn.gradients import GradientRecord
from tests.examples.runs import a_run


def test_a_run_that_went_well_has_no_problem():
    assert list(problems(a_run())) == []


@pytest.mark.parametrize("losses", [(1.0, 1.0), (1.0, 2.0), (1.0, math.nan)])
def test_a_loss_that_did_not_fall_is_told(losses):
    (problem,) = problems(a_run(losses=losses))

    assert problem.startswith("the loss did not fall: its mean was 1 in the first epoch")


@pytest.mark.parametrize("last", [0.1, 0.1 + LEAST_GAIN - 0.01, math.nan])
def test_too_little_gain_is_told(last):
    (problem,) = problems(a_run(ndcg=(0.1, last)))

    assert problem.startswith("NDCG@10 on held-out edges went from 0.100 untrained to ")


def test_entries_that_no_gradient_reached_are_counted():
    model = nn.Linear(3, 1)
    record = GradientRecord(model)
    for gradient in ([1.0, 0.0, 0.0], [1.0, 2.0, 0.0]):
        model.weight.grad = torch.tensor([gradient])
        record.note(model)

    assert list(problems(a_run(gradients=record))) == [
        "no gradient other than 0 reached 1 entries of weight",
        "no gradient other than 0 reached 1 entries of bias",
    ]


def test_one_gradient_that_is_not_finite_is_told():
    model = nn.Linear(1, 1, bias=False)
    record = GradientRecord(model)
    for gradient in (math.nan, 1.0):
        model.weight.grad = torch.tensor([[gradient]])
        record.note(model)

    assert list(problems(a_run(gradients=record))) == ["a gradient was infinite or NaN"]
