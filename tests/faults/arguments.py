"""Defects in what a loss makes of its arguments; each is planted in every right loss that it fits."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from rankproof.implementations.reduction import reduce_units
from rankproof.spec.arguments import arguments_of, losses
from tests.faults.fault import Loss
from tests.faults.judging import spec_of
from tests.faults.planting import everywhere, for_each, in_every

_INPUTS = tuple(each for loss in losses() for each in arguments_of(loss).inputs)
SCORES = tuple(dict.fromkeys(each.name for each in _INPUTS if each.role == "score"))
LABELS = tuple(dict.fromkeys(each.name for each in _INPUTS if each.role not in ("score", "index")))
FIRST = {arguments_of(loss).inputs[0].name for loss in losses()}
BESIDE = tuple(name for name in (*SCORES, *LABELS) if name not in FIRST)  # of losses of several inputs
_DOUBLE_SIGMOID = "https://github.com/itakurah/focal-loss-pytorch/pull/5"
_CLAMPED = "https://github.com/DigiRL-agent/digirl/issues/22"
_FLATTENED = "https://github.com/kemaloksuz/RankSortLoss/issues/6"
_WRONG_AXIS = "https://github.com/DonkeyShot21/UNO/issues/4"
_INVERTED = "https://github.com/lucidrains/halonet-pytorch/pull/6"
_SHORTER = "https://github.com/TensorSpeech/TensorFlowTTS/issues/688"
_HANDLED_BY_HAND = ("k", "max_trials", "gain", "replacement")


def changed(arguments: dict[str, Any], names: tuple[str, ...], change: Any) -> dict[str, Any]:
    """The arguments, with those of these names changed; what the caller left out stays out."""
    return {**arguments, **{name: change(arguments[name]) for name in tensors_among(arguments, names)}}


def tensors_among(arguments: dict[str, Any], names: tuple[str, ...]) -> list[str]:
    """Which of these names were given data: in some losses one of them is the name of a setting, or left out."""
    return [name for name in names if isinstance(arguments.get(name), Tensor)]


def choices_of(loss: Loss) -> list[str]:
    """The parameters of a loss that change its value, but for those whose neglect is a fault of its own."""
    return [name for name in spec_of(loss.__name__).parameters if name not in _HANDLED_BY_HAND]


@for_each(choices_of, 31, "value")
def parameter_ignored(loss: Loss, arguments: dict[str, Any], name: str) -> Tensor:
    """The parameter is accepted and not used: the default applies throughout."""
    return loss(**{**arguments, name: spec_of(loss.__name__).parameters[name].default})


@in_every("reduce", 31, "reduction", "examples.summed")
def reduction_ignored(values: Tensor, reduction: str, denominator: Tensor | None) -> Tensor:
    """The choice of reduction is accepted, and the mean returned."""
    return reduce_units(values, "mean", denominator)


@everywhere(
    18,
    "invalid.unknown_gain",
    "invalid.unknown_negatives",
    "invalid.unknown_violation",
    "invalid.unknown_distance",
    "invalid.reduction",
)
def misspelt_choice_falls_through(loss: Loss, arguments: dict[str, Any]) -> Tensor:
    """A choice that does not exist is taken for the default."""
    parameters = spec_of(loss.__name__).parameters
    known = {name: (each.choices, each.default) for name, each in parameters.items() if each.choices}
    known["reduction"] = (("none", "sum", "mean"), "mean")
    fallen = {name: default for name, (choices, default) in known.items() if arguments[name] not in choices}
    return loss(**{**arguments, **fallen})


@everywhere(
    18,
    "invalid.zero_temperature",
    "invalid.zero_k",
    "invalid.zero_max_trials",
    one_of=("k", "max_trials", "temperature"),
)
def limits_not_checked(loss: Loss, arguments: dict[str, Any]) -> Tensor:
    """A number of 0 that counts or divides is taken for none given."""
    spec = spec_of(loss.__name__)
    bounded = [name for name, each in spec.parameters.items() if each.minimum is not None or each.above is not None]
    zeros = {name: spec.parameters[name].default for name in bounded if arguments[name] == 0}
    return loss(**{**arguments, **zeros})


@everywhere(12, "invalid.lengths_differ", source=_SHORTER, one_of=BESIDE)
def cut_to_the_shorter(loss: Loss, arguments: dict[str, Any]) -> Tensor:
    """Inputs of different lengths are cut to the shortest, as ``zip`` does."""
    names = [name for name in tensors_among(arguments, (*SCORES, *LABELS)) if arguments[name].dim()]
    shortest = min((arguments[name].shape[-1] for name in names), default=0)
    return loss(**changed(arguments, tuple(names), lambda tensor: tensor[..., :shortest]))


@everywhere(
    12,
    "invalid.column_against_row",
    "invalid.relevance_column",
    "invalid.relevance_without_batch",
    "invalid.positives_without_batch",
    "invalid.permutation_without_batch",
    "invalid.ranks_without_batch",
    "invalid.one_negative_for_all",
    one_of=BESIDE,
)
def shapes_broadcast(loss: Loss, arguments: dict[str, Any]) -> Tensor:
    """Shapes need only broadcast: a column against a row gives all N x N pairs, one list of labels serves a batch."""
    names = tensors_among(arguments, (*SCORES, *LABELS))
    if arguments[names[0]].shape[-1:] != arguments[names[-1]].shape[-1:] and "order" in arguments:
        return loss(**arguments)
    tensors = torch.broadcast_tensors(*(arguments[name] for name in names))
    return loss(**{**arguments, **dict(zip(names, tensors, strict=True))})


@everywhere(19, "value", needs=("relevance",), source="https://github.com/karlhigley/ranking-metrics-torch/issues/3")
def grades_truncated(loss: Loss, arguments: dict[str, Any]) -> Tensor:
    """Grades are cast to integers, so that 0.5 is irrelevant."""
    return loss(**changed(arguments, LABELS, lambda labels: labels.long().to(labels.dtype)))


@everywhere(
    20, "edge.close_grades", needs=("normalization", "relevance"), source="https://github.com/NVIDIA/apex/issues/1052"
)
def grades_in_half_precision(loss: Loss, arguments: dict[str, Any]) -> Tensor:
    """Grades are stored in bfloat16: those that lie close are tied."""
    return loss(**changed(arguments, LABELS, lambda labels: labels.bfloat16().to(labels.dtype)))


@everywhere(32, "value", "shift", "scale", source=_DOUBLE_SIGMOID)
def scores_squashed(loss: Loss, arguments: dict[str, Any]) -> Tensor:
    """Scores go through a sigmoid first, as if they were logits still."""
    return loss(**changed(arguments, SCORES, torch.sigmoid))


@everywhere(32, "value", "gradient", "extremes", source=_CLAMPED)
def scores_clamped(loss: Loss, arguments: dict[str, Any]) -> Tensor:
    """Scores are clamped to [-3, 3] for stability: whatever lies beyond gets no gradient."""
    return loss(**changed(arguments, SCORES, lambda scores: scores.clamp(-3, 3)))


@everywhere(32, "gradient", "upstream", source="https://github.com/ashawkey/stable-dreamfusion/issues/158")
def gradient_clipped(loss: Loss, arguments: dict[str, Any]) -> Tensor:
    """The gradient of each score is clipped inside the loss."""

    def clipped(scores: Tensor) -> Tensor:
        held = scores.clone()
        if held.requires_grad:
            held.register_hook(lambda gradient: gradient.clamp(-0.05, 0.05))
        return held

    return loss(**changed(arguments, SCORES, clipped))


@everywhere(33, "batching", "reduction", source=_FLATTENED, needs=("mask",), unless=("order",))
def batch_as_one_list(loss: Loss, arguments: dict[str, Any]) -> Tensor:
    """The batch is flattened, so that items of different lists are compared."""
    flat = changed(arguments, (*SCORES, *LABELS, "mask"), lambda tensor: tensor.reshape(-1))
    value = loss(**flat)
    return value.expand(arguments["scores"].shape[:-1]) if arguments["reduction"] == "none" else value


@everywhere(33, "batching", source=_WRONG_AXIS, needs=("mask",), unless=("order",))
def lists_along_the_first_axis(loss: Loss, arguments: dict[str, Any]) -> Tensor:
    """The first axis is taken for the one of the items."""
    return loss(**changed(arguments, (*SCORES, *LABELS, "mask"), lambda tensor: tensor.transpose(0, -1)))


@everywhere(33, "batching", source="https://github.com/layumi/Person_reID_baseline_pytorch/issues/77")
def squeezed(loss: Loss, arguments: dict[str, Any]) -> Tensor:
    """The result is squeezed, so that a batch of one list has no batch axis."""
    return loss(**arguments).squeeze()


@everywhere(4, "padding", source=_INVERTED, needs=("mask",))
def mask_inverted(loss: Loss, arguments: dict[str, Any]) -> Tensor:
    """True is taken to mean padding."""
    return loss(**changed({**arguments, "validate": False}, ("mask",), torch.logical_not))


@everywhere(22, "purity.inputs", source="https://github.com/NVIDIA-NeMo/Automodel/pull/3918", needs=("mask",))
def mask_overwritten(loss: Loss, arguments: dict[str, Any]) -> Tensor:
    """The mask is inverted in the caller's own tensor."""
    value = loss(**arguments)
    if arguments["mask"] is not None:
        arguments["mask"].logical_not_()
    return value


@everywhere(22, "purity.inputs", needs=("scores",), source="https://github.com/linkedin/Liger-Kernel/issues/254")
def scores_centred_in_place(loss: Loss, arguments: dict[str, Any]) -> Tensor:
    """The highest score is subtracted in place, which changes no difference and the caller's tensor."""
    scores = arguments["scores"]
    if scores.numel():
        scores.detach().sub_(scores.detach().amax(-1, keepdim=True))
    return loss(**arguments)
