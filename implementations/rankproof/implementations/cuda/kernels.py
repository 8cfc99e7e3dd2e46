"""Every kernel with the signatures it is launched with: what has to compile for each GPU and dtype of scores."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any

import triton.language as tl

from rankproof.spec.arguments import losses

LONG = {"SHORT": False, "ROWS": 32, "COLUMNS": 64}
SHORT = {"SHORT": True, "ROWS": 64, "COLUMNS": 16}


@dataclass(frozen=True)
class Launch:
    """One way to launch a kernel: the types of its arguments in their order, and its constants.

    A type may be ``*scores``, a pointer to the dtype of the scores, or ``*sums``, to the one they are summed in;
    a type of None stands for an argument that is None.
    """

    kernel: Any
    types: tuple[str | None, ...]
    constants: dict[str, Any]

    @property
    def name(self) -> str:
        """The name of the kernel."""
        return str(self.kernel.__name__)

    def signature(self, scores: str) -> dict[str, str]:
        """The type of each argument and constant, for scores of a dtype as Triton writes it: fp32, fp64, bf16."""
        written = {"*scores": f"*{scores}", "*sums": f"*{summed(scores)}", None: "constexpr"}
        types = [written.get(given) or str(given) for given in self.types]
        return dict(zip(self.kernel.arg_names, types, strict=False)) | dict.fromkeys(self.constants, "constexpr")

    def values(self, scores: str) -> dict[str, Any]:
        """The value of each constant and of each argument that is None."""
        missing = {name: None for name, given in zip(self.kernel.arg_names, self.types, strict=False) if given is None}
        accumulate = {"ACCUMULATE": tl.float64 if scores == "fp64" else tl.float32}
        needed = accumulate if "ACCUMULATE" in self.kernel.arg_names else {}
        return missing | self.constants | needed


def summed(scores: str) -> str:
    """The dtype in which scores of a dtype are summed."""
    return "fp64" if scores == "fp64" else "fp32"


def launches() -> tuple[Launch, ...]:
    """At least one launch of every kernel of every loss, and one of each branch that its constants choose."""
    modules = (importlib.import_module(f"rankproof.implementations.cuda.launches.{loss}") for loss in losses())
    return tuple(launch for module in modules for launch in module.launches())
