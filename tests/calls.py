"""Calls of the losses as numpy arrays: those worked out in the spec files, and random ones for every convention."""

from __future__ import annotations

import importlib
import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import torch

from rankproof.conformance.specification import load_builtin
from rankproof.conformance.specification.model import ParameterType, Role, Worked
from rankproof.spec.arguments import arguments_of, losses

spec_of = cache(load_builtin)
LOSSES = losses()
SCORES = {loss: arguments_of(loss).scores for loss in LOSSES}
MASKED = tuple(loss for loss in LOSSES if arguments_of(loss).masked)
MOST_CONVENTIONS = 48


@dataclass(frozen=True)
class Call:
    """The arrays and the keyword arguments that a loss is called with."""

    inputs: Mapping[str, Any]
    options: Mapping[str, Any] = field(default_factory=dict)
    mask: Any | None = None

    def for_numpy(self) -> dict[str, Any]:
        """Keyword arguments of a reference."""
        return {**self.inputs, **self.options} | ({} if self.mask is None else {"mask": self.mask})

    def for_torch(self, loss: str, dtype: torch.dtype = torch.float64) -> dict[str, Any]:
        """Keyword arguments of an implementation; the scores require grad."""
        arrays = {name: torch.as_tensor(array) for name, array in self.inputs.items()}
        for name in SCORES[loss]:
            arrays[name] = arrays[name].to(dtype).clone().requires_grad_()
        return {**arrays, **self.options} | ({} if self.mask is None else {"mask": torch.as_tensor(self.mask)})


def implementation(variant: str, loss: str) -> Callable[..., torch.Tensor]:
    """The function of a variant."""
    return getattr(importlib.import_module(f"rankproof.implementations.{variant}.{loss}"), loss)


def reference(loss: str) -> Callable[..., Any]:
    """The reference's value."""
    return getattr(importlib.import_module("rankproof.reference"), loss)


def reference_gradient(loss: str) -> Callable[..., dict[str, np.ndarray]]:
    """The reference's gradient."""
    return getattr(importlib.import_module("rankproof.reference"), f"{loss}_gradient")


def worked(loss: str) -> Iterator[Worked]:
    """The examples and edge cases of a spec file."""
    spec = spec_of(loss)
    yield from (*spec.examples, *spec.edge_cases)


def worked_call(loss: str, case: Any) -> Call:
    """The call of an example, an edge case or an invalid case."""
    kinds = {Role.BOOLEAN: np.bool_, Role.INDEX: np.int64, Role.PERMUTATION: np.int64}
    roles = {name: spec.role for name, spec in spec_of(loss).inputs.items()}
    arrays = {name: np.asarray(given, dtype=kinds.get(roles[name], np.float64)) for name, given in case.inputs.items()}
    reduction = getattr(case, "reduction", None)
    options = dict(case.parameters) | ({} if reduction is None else {"reduction": reduction})
    return Call(arrays, options, None if case.mask is None else np.asarray(case.mask))


def labelled(loss: str, scores: torch.Tensor, labels: torch.Tensor) -> dict[str, torch.Tensor]:
    """Arguments of a list loss: the scores, the labels under whatever name it has for them, any positions in order."""
    found: dict[str, torch.Tensor] = {}
    for name, each in spec_of(loss).inputs.items():
        if each.role is Role.SCORE:
            found[name] = scores if not found else scores * (1 + len(found))
        elif each.holds_positions:
            found[name] = torch.arange(scores.shape[-1]).expand(scores.shape).contiguous()
        else:
            found[name] = labels
    return found


def conventions(loss: str, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Settings for every combination of choices, or for many of them where there are more; numbers are drawn."""
    parameters = arguments_of(loss).parameters
    choices = [each for each in parameters if each.type == "choice"]
    chosen = list(itertools.product(*(each.choices for each in choices)))
    if len(chosen) > MOST_CONVENTIONS:
        chosen = [chosen[i] for i in rng.choice(len(chosen), MOST_CONVENTIONS, replace=False)]
    while len(chosen) < 6:
        chosen += chosen
    names = [each.name for each in choices]
    return [dict(zip(names, values, strict=True)) | _numbers(loss, rng) for values in chosen]


def _numbers(loss: str, rng: np.random.Generator) -> dict[str, Any]:
    """Values within the ranges from which the checks draw; half of those that may be absent are."""
    found: dict[str, Any] = {}
    for name, each in spec_of(loss).parameters.items():
        if each.drawn is None:
            continue
        low, high = each.drawn
        if each.nullable and rng.random() < 0.5:
            found[name] = None
        elif each.type is ParameterType.INTEGER:
            found[name] = int(rng.integers(low, high + 1))
        else:
            found[name] = float(rng.integers(round(4 * low), round(4 * high) + 1)) / 4 or max(low, each.default or 0.0)
    return found


def random_calls(loss: str, seed: int = 0) -> Iterator[Call]:
    """One random batch for every combination of conventions, every third one padded, with NaN in the padding."""
    rng = np.random.default_rng(seed)
    masked = arguments_of(loss).masked is not None
    for position, options in enumerate(conventions(loss, rng)):
        lists, items = int(rng.integers(1, 4)), int(rng.integers(1, 7))
        options["reduction"] = ("none", "sum", "mean")[int(rng.integers(3))]
        mask = rng.random((lists, items)) < 0.7 if masked and position % 3 == 0 else None
        yield Call(_random_inputs(loss, rng, (lists, items), mask), options, mask)


def _random_inputs(
    loss: str, rng: np.random.Generator, shape: tuple[int, int], mask: np.ndarray | None
) -> dict[str, np.ndarray]:
    found = {name: _random_input(each.role, rng, shape) for name, each in spec_of(loss).inputs.items()}
    if mask is not None:
        for array in found.values():
            if array.dtype.kind == "f":
                array[~mask] = np.nan
    return found


def _random_input(role: Role, rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    lists, items = shape
    match role:
        case Role.SCORE:
            return rng.normal(size=shape)
        case Role.SIGN:
            return rng.choice([-1.0, 1.0], size=shape)
        case Role.RELEVANCE:
            return rng.integers(0, 4, size=shape).astype(np.float64)
        case Role.BOOLEAN:
            return rng.integers(0, 2, size=shape).astype(np.float64)
        case Role.INDEX:
            return rng.integers(0, items, size=(lists, int(rng.integers(0, 9))))
        case Role.PERMUTATION:
            return rng.permuted(np.tile(np.arange(items), (lists, 1)), axis=-1)
