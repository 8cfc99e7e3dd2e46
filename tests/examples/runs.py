"""Runs that are made up, for tests of what is said about a run."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import nn

from examples.lightgcn.gradients import GradientRecord
from examples.lightgcn.run import Run


def a_run(**changes) -> Run:
    """A run that went well, but for the changes."""
    model = nn.Linear(2, 1, bias=False)
    record = GradientRecord(model)
    model.weight.grad = torch.ones(1, 2)
    record.note(model)
    return replace(Run("warp", losses=(2.0, 1.0), ndcg=(0.1, 0.3, 0.4), gradients=record, seconds=1.0), **changes)
