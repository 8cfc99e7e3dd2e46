"""One row of a comparison: who computes a loss, how long it takes, and how much memory."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import torch
from torch import Tensor

from rankproof.conformance.subjects.memory import MIB, NoMeter, peak_bytes, settled
from tests.calls import implementation

DEVICES = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]
DIRECTIONS = ["forward", "forward+backward"]
OURS = ["loop", "vectorized", "custom_autograd", "cuda"]
PAIRS_OF_LOOPS = 2**13
PAIRS_IN_MEMORY = 2**25  # of which a broadcast keeps several float32 matrices
SECONDS = 0.2  # that the rounds of a row take, where three rounds do not take longer
SLOW = 0.5  # seconds a call from which on two rounds have to do


@dataclass(frozen=True)
class Contest:
    """What all rows of one group compute.

    Attributes:
        group: the loss, the size, the direction and the device.
        scores: the leaves whose gradient is wanted.
        direction: "forward" or "forward+backward".
        device: "cpu" or "cuda".
        expected: the loss that each row has to return; None where it is drawn.
    """

    group: str
    scores: tuple[Tensor, ...]
    direction: str
    device: str
    expected: Tensor | None = None

    def enter(self, benchmark: Any, name: str, loss: Callable[[], Tensor], exact: bool = True) -> None:
        """Check that the row computes the same, then measure its first call, its peak memory and its time."""
        step = self._step(loss)
        first, result = _timed(step)
        if exact and self.expected is not None:
            torch.testing.assert_close(result.detach(), self.expected, rtol=1e-4, atol=1e-5)
        seconds = first if first > SLOW else _timed(step)[0]
        peak = _peak_mib(step, self.device)
        benchmark.group, benchmark.name = self.group, name
        benchmark.extra_info |= {"first_ms": 1e3 * first, "peak_mib": peak}
        iterations = max(1, min(50, int(0.002 / seconds)))
        rounds = 2 if seconds > SLOW else max(3, min(200, int(SECONDS / (seconds * iterations))))
        benchmark.pedantic(step, rounds=rounds, iterations=iterations, warmup_rounds=int(seconds < SLOW))

    def _step(self, loss: Callable[[], Tensor]) -> Callable[[], Tensor]:
        def step() -> Tensor:
            for tensor in self.scores:
                tensor.grad = None
            result = loss()
            if self.direction == "forward+backward":
                result.backward()
            if self.device == "cuda":
                torch.cuda.synchronize()
            return result

        return step


def skip_infeasible(row: str, pairs: int, direction: str, device: str, also_large: bool = False) -> None:
    """Leave out what takes minutes or gigabytes; ``also_large`` lets one broadcast show what it takes."""
    if row == "loop" and pairs > PAIRS_OF_LOOPS:
        pytest.skip("a Python loop over so many pairs takes minutes")
    broadcasts = row in ("vectorized", "broadcast") or row.startswith("torch")
    shown = also_large and row == "broadcast" and direction == "forward+backward"
    if broadcasts and pairs > PAIRS_IN_MEMORY and device == "cpu" and not shown:
        pytest.skip("a table of so many pairs takes gigabytes")


def variant(name: str, loss: str, device: str) -> Callable[..., Tensor]:
    """One of our variants; the kernels of "cuda" are skipped on a CPU."""
    if name == "cuda" and device == "cpu":
        pytest.skip("on a CPU Triton interprets its kernels, and how long that takes says nothing")
    return implementation(name, loss)


def _peak_mib(call: Callable[[], object], device: str) -> float | None:
    """The peak above what is in use when the call begins; None where it cannot be read."""
    try:
        with settled():
            return peak_bytes(call, device) / MIB
    except NoMeter:
        return None


def _timed(call: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = call()
    return time.perf_counter() - start, result
