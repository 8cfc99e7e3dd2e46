"""Defects that show when torch transforms a loss or differentiates it twice; planted in every loss that they fit."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function

from rankproof.implementations.reduction import reduce_units
from tests.faults.arguments import SCORES
from tests.faults.fault import Loss
from tests.faults.planting import everywhere, in_every

_BRANCH = "https://github.com/pytorch/functorch/issues/257"
_OLD_STYLE = "https://github.com/Dao-AILab/flash-attention/issues/2071"
_PRODUCT = "https://github.com/KevinMusgrave/pytorch-metric-learning/pull/233"


@everywhere(23, "transforms.vmap", "transforms.compile", source=_BRANCH)
def branch_on_the_value(loss: Loss, arguments: dict[str, Any]) -> Tensor:
    """A Python branch looks whether anything is to be paid."""
    value = loss(**arguments)
    return value * 1 if value.any() else value


@in_every("reduce", 23, "transforms.vmap")
def boolean_index(values: Tensor, reduction: str, denominator: Tensor | None) -> Tensor:
    """Units that cost nothing are written over by a boolean index, whose size depends on the numbers."""
    values = values.clone()
    values[values == 0] = 0
    return reduce_units(values, reduction, denominator)


@in_every("reduce", 24, "transforms.device")
def zeros_on_the_default_device(values: Tensor, reduction: str, denominator: Tensor | None) -> Tensor:
    """The units are added to zeros that are made on the default device."""
    return reduce_units(torch.zeros(values.shape, dtype=values.dtype) + values, reduction, denominator)


@everywhere(20, "transforms.autocast", source=_PRODUCT, dtype="float32")
def product_of_matrices(loss: Loss, arguments: dict[str, Any]) -> Tensor:
    """Scores come out of a product of matrices, which autocast rounds to half precision, and are cast back."""
    one = {name: tensor.new_ones(1, 1) for name, tensor in arguments.items() if name in SCORES}
    scores = {name: (arguments[name].unsqueeze(-1) @ each).squeeze(-1).to(each.dtype) for name, each in one.items()}
    return loss(**{**arguments, **scores})


class _OldStyle(Function):
    """The identity, as a Function whose forward takes the context: torch.func refuses it."""

    @staticmethod
    def forward(ctx: Any, value: Tensor) -> Tensor:
        return value.clone()

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> Tensor:
        return upstream


@everywhere(None, "transforms.vmap", "transforms.grad", source=_OLD_STYLE)
def function_of_the_old_style(loss: Loss, arguments: dict[str, Any]) -> Tensor:
    """A hand-written Function has no setup_context."""
    value: Tensor = _OldStyle.apply(loss(**arguments))
    return value


class _Detaching(_OldStyle):
    """The identity, whose backward reads the upstream gradient's numbers and drops its graph."""

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> Tensor:
        return upstream.detach()


@everywhere(21, "second_order")
def upstream_detached(loss: Loss, arguments: dict[str, Any]) -> Tensor:
    """A hand-written backward drops the graph of the upstream gradient: what is built on it is silently constant."""
    value: Tensor = _Detaching.apply(loss(**arguments))
    return value
