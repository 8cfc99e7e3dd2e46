"""Defects that show on unusual sizes and layouts of the input; each is planted in every right loss that it fits."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from tests.faults.arguments import SCORES
from tests.faults.fault import Loss
from tests.faults.planting import everywhere

_GRID = "https://github.com/ml-explore/mlx/issues/2267"
_DROPPED = "https://github.com/pyg-team/pyg-lib/pull/718"
_BROADCAST = "https://github.com/ROCm/TransformerEngine/pull/623"
_SQUEEZED = "https://github.com/NVIDIA/tacotron2/pull/303"
_GRID_ROWS, _BLOCK = 65_535, 1_024


def _scores_of(arguments: dict[str, Any]) -> dict[str, Tensor]:
    return {name: arguments[name] for name in SCORES if name in arguments}


@everywhere(25, "cost", dtype="float32", right="rankproof.implementations.custom_autograd")
def all_pairs_searched_for_nan(loss: Loss, arguments: dict[str, Any]) -> Tensor:
    """NaN is looked for in the table of all differences of scores."""
    scores = next(iter(_scores_of(arguments).values())).detach()
    diverged = (scores.unsqueeze(-1) - scores.unsqueeze(-2)).isnan().any()
    return loss(**arguments) + torch.where(diverged, torch.nan, 0.0).to(scores.dtype)


@everywhere(None, "extremes.many_lists", source=_GRID, dtype="float32")
def lists_past_the_grid(loss: Loss, arguments: dict[str, Any]) -> Tensor:
    """A list is a row of a grid of threads, which has at most 65,535: the loss of those past it is 0."""
    value = loss(**arguments)
    lists = next(iter(_scores_of(arguments).values())).shape[:-1].numel()
    if arguments["reduction"] != "none" or lists <= _GRID_ROWS:
        return value
    computed = torch.arange(lists) < _GRID_ROWS
    return torch.where(computed.unsqueeze(-1), value.reshape(lists, -1), 0).reshape(value.shape)


@everywhere(None, "extremes.long_list", source=_DROPPED, dtype="float32", unless=("mask", "anchor"))
def positions_past_the_grid(loss: Loss, arguments: dict[str, Any]) -> Tensor:
    """The grid is capped at 65,536 threads of one position each: the loss of those past it is 0."""
    value = loss(**arguments)
    if arguments["reduction"] != "none":
        return value
    return torch.where(torch.arange(value.shape[-1]) < _GRID_ROWS + 1, value, 0)


@everywhere(None, "extremes.long_list", source=_DROPPED, dtype="float32", needs=("mask",))
def items_past_the_block(loss: Loss, arguments: dict[str, Any]) -> Tensor:
    """A block holds 1,024 items: those past it are not looked at."""
    scores = arguments["scores"]
    if scores.shape[-1:].numel() <= _BLOCK:
        return loss(**arguments)
    within = (torch.arange(scores.shape[-1]) < _BLOCK).expand(scores.shape)
    mask = within if arguments["mask"] is None else arguments["mask"] & within
    return loss(**{**arguments, "mask": mask})


@everywhere(None, "purity.expanded", source=_BROADCAST)
def rows_one_after_the_other(loss: Loss, arguments: dict[str, Any]) -> Tensor:
    """A kernel heeds the stride of the items, and presumes that the next row begins where one ends."""
    return loss(**{**arguments, **{name: _rows(tensor) for name, tensor in _scores_of(arguments).items()}})


def _rows(scores: Tensor) -> Tensor:
    """What lies at the places where dense rows would be; NaN past the end of the memory."""
    if scores.dim() < 2 or not scores.numel():
        return scores
    width, step = scores.shape[-1], scores.stride(-1)
    places = torch.arange(scores.shape[:-1].numel()).unsqueeze(-1) * width * step + torch.arange(width) * step
    held = 1 + sum((size - 1) * stride for size, stride in zip(scores.shape, scores.stride(), strict=True))
    memory = scores.as_strided((held,), (1,), scores.storage_offset())
    read = torch.where(places < held, memory[places.clamp(max=held - 1)], torch.nan)
    return read.reshape(scores.shape)


@everywhere(None, "edge.zero_size", source="https://github.com/thunlp/OpenKE/issues/388")
def batch_flattened_by_minus_one(loss: Loss, arguments: dict[str, Any]) -> Tensor:
    """The batch axes are flattened by reshape(-1, n), which is ambiguous for lists without items."""
    for scores in _scores_of(arguments).values():
        scores.reshape(-1, scores.shape[-1])
    return loss(**arguments)


@everywhere(2, "edge.scalar", source=_SQUEEZED)
def squeezed_scores_averaged_over_nothing(loss: Loss, arguments: dict[str, Any]) -> Tensor:
    """Scores without an axis, as squeeze makes them of one list of one item, are taken for no list at all: 0 / 0."""
    scores = next(iter(_scores_of(arguments).values()))
    return scores * torch.nan if scores.dim() == 0 else loss(**arguments)


@everywhere(19, "purity.labels", source="https://github.com/pytorch/pytorch/pull/23335", needs=("relevance",))
def relevance_compared_by_subtraction(loss: Loss, arguments: dict[str, Any]) -> Tensor:
    """Grades are compared by the sign of their difference, which booleans do not have."""
    relevance = arguments["relevance"]
    (relevance.unsqueeze(-1) - relevance.unsqueeze(-2)).sign()
    return loss(**arguments)
