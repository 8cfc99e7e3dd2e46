"""What ``rankproof check`` is asked for, and the error of a request that does not fit the loss."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rankproof.conformance.verdict.finding import Level


class RequestError(Exception):
    """A request that cannot be carried out; the message says what was got and what was expected."""


@dataclass(frozen=True)
class Request:
    """What is to be judged, and how."""

    target: str
    loss: str | None = None  # a built-in loss,
    spec: str | None = None  # or a spec file
    level: Level = Level.FRUGAL
    clauses: Sequence[str] | None = None
    dtypes: tuple[str, ...] = ("float64", "float32", "float16", "bfloat16")
    device: str = "cpu"
    framework: str = "auto"
    settings: Mapping[str, Any] = field(default_factory=dict)
    cases: int = 25
    seed: int = 0
    timeout: float = 30.0
    memory: float | None = None  # GiB that each process of the subject may hold; None: half of what is free, in all
