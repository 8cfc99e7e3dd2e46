"""What a soak run judges: which subjects, clauses and dtypes, and in which units of work."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from typing import Any

from rankproof.conformance.cases.dtypes import FORMATS
from rankproof.conformance.subjects.named import NamedTarget
from rankproof.conformance.verdict.waivers import Waiver

OURS = tuple(
    NamedTarget(variant, f"rankproof.implementations.{variant}.{{loss}}:{{loss}}")
    for variant in ("loop", "vectorized", "custom_autograd")
)
REFERENCE = NamedTarget("reference", "rankproof.reference.{loss}:{loss}", dtypes=("float64",))
CUDA = NamedTarget("cuda", "rankproof.implementations.cuda.{loss}:{loss}")

# A measurement of memory or a compilation takes seconds, and its outcome does not depend on the numbers of a case.
LEFT_OUT = ("cost*", "transforms.compile*")


def conforming(device: str) -> tuple[NamedTarget, ...]:
    """The implementations that are held to be right on a device; interpreted kernels are too slow to soak."""
    return (*OURS, CUDA) if device == "cuda" else (REFERENCE, *OURS)


@dataclass(frozen=True)
class Unit:
    """One loss under one seed: what is judged in one go, and lost when a run is killed."""

    seed: int
    loss: str

    @property
    def key(self) -> str:
        return f"{self.seed}/{self.loss}"


@dataclass(frozen=True)
class Plan:
    """What is judged; ``cases`` a clause are drawn under each seed. Seeds count from 1."""

    subjects: tuple[NamedTarget, ...]
    device: str = "cpu"
    cases: int = 50
    dtypes: tuple[str, ...] = tuple(FORMATS)
    left_out: tuple[str, ...] = LEFT_OUT  # patterns of clauses
    waivers: tuple[Waiver, ...] = ()

    def identity(self) -> dict[str, Any]:
        """Everything about the plan that a count of cases depends on."""
        return {
            "subjects": [asdict(subject) for subject in self.subjects],
            "device": self.device,
            "cases": self.cases,
            "dtypes": list(self.dtypes),
            "left_out": list(self.left_out),
        }

    def asks(self, clause: str) -> bool:
        """Whether a clause is judged at all."""
        return not any(fnmatchcase(clause, pattern) for pattern in self.left_out)


def units(losses: Sequence[str]) -> Iterator[Unit]:
    """Every loss under seed 1, then under seed 2, without end."""
    return (Unit(seed, loss) for seed in itertools.count(1) for loss in losses)
