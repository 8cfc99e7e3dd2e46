"""Defects in what a loss returns, and in what it keeps; each is planted in every right loss that it fits."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from tests.faults.arguments import LABELS, SCORES, changed
from tests.faults.fault import Loss
from tests.faults.planting import everywhere

_FRESH = "https://github.com/speechbrain/speechbrain/issues/735"
_SCATTER = "https://github.com/pytorch/pytorch/issues/23151"
_CACHED = "https://github.com/XPU-Forces/mojo_opset/pull/390"


@everywhere(3, "gradient", source=_FRESH)
def fresh_leaf(loss: Loss, arguments: dict[str, Any]) -> Tensor:
    """The value is wrapped in a new tensor that requires a gradient: backward runs, and reaches nothing."""
    return loss(**arguments).detach().clone().requires_grad_()


@everywhere(3, "edge", source="https://github.com/paiml/aprender/issues/3034")
def zero_as_a_number(loss: Loss, arguments: dict[str, Any]) -> Tensor | float:
    """A loss of 0 is returned as a Python number, which has no backward."""
    value = loss(**arguments)
    return 0.0 if value.dim() == 0 and value == 0 else value


@everywhere(34, "determinism", source=_SCATTER, needs=("mask",), unless=("order", "permutation"))
def summed_in_random_order(loss: Loss, arguments: dict[str, Any]) -> Tensor:
    """Terms are added in an order that differs from run to run, as atomic additions are."""
    order = torch.randperm(arguments["scores"].shape[-1] if arguments["scores"].dim() else 0)
    if not order.numel():
        return loss(**arguments)
    value = loss(**changed(arguments, (*SCORES, *LABELS, "mask"), lambda tensor: tensor[..., order]))
    return value[..., order.argsort()] if value.dim() and value.shape == arguments["scores"].shape else value


@everywhere(35, "value", "padding", source=_CACHED, one_of=LABELS)
def labels_kept_by_shape(loss: Loss, arguments: dict[str, Any]) -> Tensor:
    """What was prepared from the first labels of a shape is kept for all later ones of that shape."""
    kept: dict[Any, Tensor] = vars(loss).setdefault("kept_labels", {})
    name = next(name for name in LABELS if name in arguments)
    labels = arguments[name]
    if labels is None:
        return loss(**arguments)
    first = kept.setdefault((labels.shape, labels.dtype), labels.clone())
    return loss(**{**arguments, name: first, "validate": False})


@everywhere(35, "reduction", source="https://github.com/keras-team/keras/pull/22617")
def running_mean(loss: Loss, arguments: dict[str, Any]) -> Tensor:
    """A reduced loss is the running mean over this call and the one before; its gradient is that of this call."""
    value = loss(**arguments)
    if arguments["reduction"] == "none":
        return value
    before = vars(loss).get("value_before", 0.0)
    vars(loss)["value_before"] = float(value.detach())
    return value + (before - value.detach()) / 2


@everywhere(36, "value", dtype="float32", source="https://github.com/chainer/chainer/issues/5607")
def returned_in_double(loss: Loss, arguments: dict[str, Any]) -> Tensor:
    """The result is a float64 tensor whatever the dtype of the scores."""
    return loss(**arguments).double()


@everywhere(36, "value", source="https://github.com/keras-team/keras-core/issues/922")
def returned_in_single(loss: Loss, arguments: dict[str, Any]) -> Tensor:
    """The result is a float32 tensor whatever the dtype of the scores."""
    return loss(**arguments).float()
