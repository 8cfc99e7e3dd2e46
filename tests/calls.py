"""Calls of the losses as numpy arrays: those worked out in the spec files, and random ones for every convention."""

from __future__ import annotations

import importlib
import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from rankproof.conformance.specification import load_builtin
from rankproof.conformance.specification.model import Role, Worked

LOSSES = ("margin_ranking", "pairwise_hinge", "approx_ndcg", "warp")
SCORES = {"margin_ranking": ("input1", "input2")} | dict.fromkeys(LOSSES[1:], ("scores",))

# Every value that changes the formula, for one product over them all.
CONVENTIONS: dict[str, dict[str, tuple[Any, ...]]] = {
    "margin_ranking": {"margin": (0.0, 0.5)},
    "pairwise_hinge": {
        "negatives": ("all", "hardest", "semi_hard"),
        "normalization": ("none", "list_pairs", "batch_pairs"),
    },
    "approx_ndcg": {
        "gain": ("exponential", "linear"),
        "form": ("negative", "one_minus", "metric"),
        "nothing_relevant": ("zero", "one", "skip"),
        "k": (None, 1, 3),
    },
    "warp": {
        "violation": ("margin", "margin_inclusive", "misranking"),
        "rank_weight": ("harmonic", "logarithmic"),
        "negatives": ("non_positives", "others"),
        "label_count": ("items", "negatives"),
        "skipped": ("free", "counted"),
        "max_trials": (None, 2),
        "normalization": ("none", "positives"),
    },
}


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
    spec = load_builtin(loss)
    yield from (*spec.examples, *spec.edge_cases)


def worked_call(loss: str, case: Any) -> Call:
    """The call of an example, an edge case or an invalid case."""
    kinds = {Role.BOOLEAN: np.bool_, Role.INDEX: np.int64}
    roles = {name: spec.role for name, spec in load_builtin(loss).inputs.items()}
    arrays = {name: np.asarray(given, dtype=kinds.get(roles[name], np.float64)) for name, given in case.inputs.items()}
    reduction = getattr(case, "reduction", None)
    options = dict(case.parameters) | ({} if reduction is None else {"reduction": reduction})
    return Call(arrays, options, None if case.mask is None else np.asarray(case.mask))


def random_calls(loss: str, seed: int = 0) -> Iterator[Call]:
    """One random batch for every combination of conventions, every third one padded, with NaN in the padding."""
    rng = np.random.default_rng(seed)
    conventions = CONVENTIONS[loss]
    for position, values in enumerate(itertools.product(*conventions.values())):
        lists, items = int(rng.integers(1, 4)), int(rng.integers(1, 7))
        options = dict(zip(conventions, values, strict=True))
        options["reduction"] = ("none", "sum", "mean")[int(rng.integers(3))]
        mask = rng.random((lists, items)) < 0.7 if loss != "margin_ranking" and position % 3 == 0 else None
        yield Call(_random_inputs(loss, rng, (lists, items), mask), options, mask)


def _random_inputs(
    loss: str, rng: np.random.Generator, shape: tuple[int, int], mask: np.ndarray | None
) -> dict[str, np.ndarray]:
    scores = rng.normal(size=shape)
    if loss == "margin_ranking":
        return {"input1": scores, "input2": rng.normal(size=shape), "target": rng.choice([-1.0, 1.0], size=shape)}
    labels = rng.integers(0, 2 if loss == "warp" else 4, size=shape).astype(np.float64)
    if mask is not None:
        scores[~mask], labels[~mask] = np.nan, np.nan
    if loss != "warp":
        return {"scores": scores, "relevance": labels}
    order = rng.integers(0, shape[1], size=(shape[0], int(rng.integers(0, 9))))
    return {"scores": scores, "positives": labels, "order": order}
