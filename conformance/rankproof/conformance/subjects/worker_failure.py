"""What is told of a worker that was lost with its task."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from rankproof.conformance.subjects.pending import PendingCase


class FailureKind(enum.StrEnum):
    """How a worker was lost."""

    TIMEOUT = "timeout"
    CRASHED = "crashed"
    MEMORY = "memory"
    EXITED = "exited"


@dataclass(frozen=True, eq=False)
class WorkerFailure:
    """A task that took its process with it: what happened, in a sentence, and with which case."""

    kind: FailureKind
    detail: str
    pending: PendingCase | None = None
    output: str = ""  # the end of what the process printed
