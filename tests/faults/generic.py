"""Defects that any ranking loss can have: each is planted in every right loss that it fits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from rankproof.implementations.reduction import reduce_units
from tests.faults.arguments import LABELS, SCORES
from tests.faults.fault import Loss
from tests.faults.planting import everywhere, in_every

_ROUND_OFF = "https://github.com/pytorch/extension-cpp/issues/42"
_EPSILON = "https://github.com/xingyizhou/CenterNet/blob/master/src/lib/models/losses.py"


def _scores_of(arguments: dict[str, Any]) -> dict[str, Tensor]:
    return {name: arguments[name] for name in SCORES if name in arguments}


Pull = Callable[[Tensor], tuple[Tensor, ...]]


class _HandWritten(torch.autograd.Function):
    """A value with a backward of its own, which may or may not go on from the upstream gradient."""

    @staticmethod
    def forward(ctx: Any, value: Tensor, pull: Pull, use_upstream: bool, *scores: Tensor) -> Tensor:
        ctx.pull, ctx.use_upstream = pull, use_upstream
        return value.clone()

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor | None, ...]:
        return None, None, None, *ctx.pull(upstream if ctx.use_upstream else torch.ones_like(upstream))


def _hand_written(value_of: Loss, gradient_of: Loss, arguments: dict[str, Any], *, use_upstream: bool) -> Tensor:
    """The value of one loss with the gradient of another of the same shape."""
    scores = _scores_of(arguments)
    with torch.enable_grad():
        leaves = {name: tensor.detach().requires_grad_() for name, tensor in scores.items()}
        result = gradient_of(**{**arguments, **leaves})

    def pull(upstream: Tensor) -> tuple[Tensor, ...]:
        return torch.autograd.grad(result, list(leaves.values()), upstream, retain_graph=True)

    value = value_of(**{**arguments, **{name: tensor.detach() for name, tensor in scores.items()}})
    return _HandWritten.apply(value, pull, use_upstream, *scores.values())


@everywhere(30, "upstream")
def upstream_ignored(loss: Loss, arguments: dict[str, Any]) -> Tensor:
    """A hand-written backward returns its gradients without multiplying by the upstream one."""
    return _hand_written(loss, loss, arguments, use_upstream=False)


@everywhere(30, "upstream", source="https://github.com/pytorch/torchtitan/pull/3250")
def upstream_ignored_unreduced(loss: Loss, arguments: dict[str, Any]) -> Tensor:
    """The upstream gradient is ignored only where the loss is not reduced."""
    return upstream_ignored(loss)(**arguments) if arguments["reduction"] == "none" else loss(**arguments)


@everywhere(30, "gradient", source="https://github.com/ashawkey/stable-dreamfusion/issues/158", of_sums=True)
def mean_gradient_undivided(loss: Loss, arguments: dict[str, Any]) -> Tensor:
    """A hand-written backward of the mean returns the gradient of the sum."""
    if arguments["reduction"] != "mean":
        return loss(**arguments)

    def summed(**each: Any) -> Tensor:
        return loss(**{**each, "reduction": "sum"})

    return _hand_written(loss, summed, arguments, use_upstream=True)


@everywhere(17, "gradient")
def gradient_flipped(loss: Loss, arguments: dict[str, Any]) -> Tensor:
    """A hand-written backward has the sign of the score that should rise and of the one that should fall swapped."""
    return _hand_written(loss, lambda **each: -loss(**each), arguments, use_upstream=True)


@everywhere(3, "edge")
def zero_detached(loss: Loss, arguments: dict[str, Any]) -> Tensor:
    """A loss of 0 is returned as a fresh tensor without a graph, so that backward raises."""
    value = loss(**arguments)
    return value if value.any() else torch.zeros_like(value)


@everywhere(None, "value", source=_ROUND_OFF)
def single_precision_inside(loss: Loss, arguments: dict[str, Any]) -> Tensor:
    """Scores are computed with in float32 whatever their dtype, and the result is cast back."""
    scores = _scores_of(arguments)
    dtype = next(iter(scores.values())).dtype
    return loss(**{**arguments, **{name: tensor.float() for name, tensor in scores.items()}}).to(dtype)


@everywhere(22, "purity.inputs")
def scores_overwritten(loss: Loss, arguments: dict[str, Any]) -> Tensor:
    """The scores are sorted into the caller's own tensor."""
    value = loss(**arguments)
    for tensor in _scores_of(arguments).values():
        tensor.detach().copy_(tensor.detach().sort(descending=True).values)
    return value


@everywhere(22, "purity.inputs", needs=("mask",), one_of=LABELS)
def padding_labels_overwritten(loss: Loss, arguments: dict[str, Any]) -> Tensor:
    """The labels of the padding are set to 0 in the caller's own tensor."""
    labels = next(arguments[name] for name in LABELS if name in arguments)
    if arguments["mask"] is not None:
        labels.masked_fill_(~arguments["mask"], 0)
    return loss(**arguments)


@everywhere(None, "purity.strides", source="https://github.com/NVIDIA/TransformerEngine/pull/2746")
def strides_assumed(loss: Loss, arguments: dict[str, Any]) -> Tensor:
    """Scores are read as if contiguous, as a kernel does that is given a pointer and a shape."""
    dense = {
        name: tensor.as_strided(tensor.shape, torch.empty(tensor.shape).stride())
        for name, tensor in _scores_of(arguments).items()
    }
    return loss(**{**arguments, **dense})


@everywhere(None, "purity.global_state", source="https://github.com/vislearn/FrEIA/pull/49")
def generator_seeded(loss: Loss, arguments: dict[str, Any]) -> Tensor:
    """The global generator is seeded to make results reproducible, so that whatever draws next draws the same."""
    torch.manual_seed(0)
    return loss(**arguments)


@everywhere(None, "purity.global_state", source="https://github.com/cics-nd/gptorch/pull/14")
def default_dtype_set(loss: Loss, arguments: dict[str, Any]) -> Tensor:
    """The default dtype is set to that of the scores, and every tensor that the model makes afterwards has it."""
    torch.set_default_dtype(next(iter(_scores_of(arguments).values())).dtype)
    return loss(**arguments)


@everywhere(None, "purity.global_state", source="https://github.com/deepinv/deepinv/issues/166")
def grad_mode_left_disabled(loss: Loss, arguments: dict[str, Any]) -> Tensor:
    """Gradients are disabled for the statistics that are logged, by the function instead of the context manager."""
    value = loss(**arguments)
    torch.set_grad_enabled(False)
    return value


@everywhere(15, "determinism", "value")
def ties_broken_by_noise(loss: Loss, arguments: dict[str, Any]) -> Tensor:
    """A little noise is added to the scores, to break their ties."""
    noisy = {name: tensor + 1e-6 * torch.randn_like(tensor) for name, tensor in _scores_of(arguments).items()}
    return loss(**{**arguments, **noisy})


@everywhere(None, "edge.nan_score", source="https://github.com/facebookresearch/fairchem/pull/441")
def nan_hidden(loss: Loss, arguments: dict[str, Any]) -> Tensor:
    """A NaN loss is replaced by 0, so that a model that has diverged looks perfect."""
    return torch.nan_to_num(loss(**arguments), nan=0.0)


@everywhere(4, "padding", needs=("mask",))
def mask_ignored(loss: Loss, arguments: dict[str, Any]) -> Tensor:
    """The mask is accepted and not used."""
    return loss(**{**arguments, "mask": None, "validate": False})


def _count(values: Tensor, denominator: Tensor | None) -> Tensor:
    return values.new_tensor(values.numel()) if denominator is None else denominator.sum().to(values.dtype)


@in_every("reduce", 5, "reduction", "examples")
def mean_over_one_more(values: Tensor, reduction: str, denominator: Tensor | None) -> Tensor:
    """The mean divides by one more than the number of units."""
    if reduction == "mean":
        return values.sum() / (_count(values, denominator) + 1)
    return reduce_units(values, reduction)


@in_every("reduce", 28, "reduction", "examples", source=_EPSILON)
def mean_with_epsilon(values: Tensor, reduction: str, denominator: Tensor | None) -> Tensor:
    """The mean divides by the number of units plus 1e-8, against a division by 0."""
    if reduction == "mean":
        return values.sum() / (_count(values, denominator) + 1e-8)
    return reduce_units(values, reduction)


@in_every("reduce", 2, "edge.empty_mean", "edge.empty_batch")
def empty_mean(values: Tensor, reduction: str, denominator: Tensor | None) -> Tensor:
    """The mean over no unit is 0 / 0."""
    if reduction == "mean":
        return values.sum() / _count(values, denominator)
    return reduce_units(values, reduction)


@in_every("reduce", 22, "reduction")
def sum_dropped(values: Tensor, reduction: str, denominator: Tensor | None) -> Tensor:
    """The sum is computed and its result dropped, so that the units are returned."""
    if reduction == "sum":
        values.sum()
        return values
    return reduce_units(values, reduction, denominator)
