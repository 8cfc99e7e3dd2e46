"""The files that are mutated, and by which losses each is judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from rankproof.spec.arguments import arguments_of, losses
from tests.mutants import operators
from tests.mutants.mutant import Mutant, mutants
from tests.mutants.operators import Operator

TOP = Path(__file__).parents[2]
_LOSSES = losses()
_LIST_LOSSES = tuple(loss for loss in _LOSSES if arguments_of(loss).masked)
_METRICS = tuple(loss for loss in _LOSSES if loss.startswith("approx_"))
_OF_SOFT_RANKS = ("soft_rank", "expected_rank", *_METRICS)


@dataclass(frozen=True)
class Mutated:
    """One file that is mutated."""

    path: str  # from the top of the repository
    module: str
    family: str  # the package of the variant by which it is judged
    losses: tuple[str, ...]
    operators: Mapping[str, Operator]

    @property
    def name(self) -> str:
        """How a report calls it."""
        return self.module.removeprefix("rankproof.")

    @cached_property
    def source(self) -> str:
        return (TOP / self.path).read_text(encoding="utf-8")

    @cached_property
    def mutants(self) -> tuple[Mutant, ...]:
        return tuple(mutants(self.path, self.source, self.operators))

    @property
    def package(self) -> str:
        """The package of which every module has to be imported anew to see a mutant of this one."""
        return ".".join(self.module.split(".")[:2])

    def target(self, loss: str) -> str:
        """The subject that computes a loss by this file."""
        return f"{self.family}.{loss}:{loss}"


def _torch(name: str, *losses: str, differentiated: bool = True) -> Mutated:
    module = f"rankproof.implementations.{name.replace('/', '.')}"
    changes = operators.TORCH if differentiated else operators.LABELS
    path = f"implementations/rankproof/implementations/{name}.py"
    return Mutated(path, module, "rankproof.implementations.vectorized", losses, changes)


def _numpy(name: str, *losses: str) -> Mutated:
    family = "rankproof.reference"
    return Mutated(f"reference/rankproof/reference/{name}.py", f"{family}.{name}", family, losses, operators.NUMPY)


FILES: tuple[Mutated, ...] = (
    *(_torch(f"vectorized/{loss}", loss) for loss in _LOSSES),
    _torch("vectorized/lists", *_LIST_LOSSES),
    _torch("vectorized/choices", "list_mle", "plackett_luce"),
    _torch("vectorized/soft_ranks", *_OF_SOFT_RANKS),
    _torch("vectorized/trials", "warp", differentiated=False),
    _torch("reduction", *_LOSSES),
    _torch("metric_form", *_METRICS),
    _torch("gain", "approx_ndcg", "lambda_loss", differentiated=False),
    _torch("ideal_order", "list_mle", differentiated=False),
    _torch("magnitude", "triplet_margin"),
    _torch("rank_distance", "expected_rank"),
    _torch("rank_weight", "warp", differentiated=False),
    *(_numpy(loss, loss) for loss in _LOSSES),
    _numpy("choices", "list_mle", "plackett_luce"),
    _numpy("soft_ranks", *_OF_SOFT_RANKS),
    _numpy("metric_form", *_METRICS),
    _numpy("batching", *_LOSSES),
)


def named(part: str) -> Iterator[Mutated]:
    """The files whose path contains a text."""
    return (each for each in FILES if part in each.path)
