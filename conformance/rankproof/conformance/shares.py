"""Which process of a check judges what: decided from what is asked and from the machine, never from who is faster."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from rankproof.conformance.checks.clause import Clause
from rankproof.conformance.checks.run import selected
from rankproof.conformance.request import Request
from rankproof.conformance.specification.model import LossSpec
from rankproof.conformance.subjects.resident import LEAST, default_limit

PROCESSES = 2  # at most
# What things take, in seconds, as measured on the vectorized variants: where that is wrong, one process waits for the
# other, and nothing else changes.
START = 2.5  # to import torch and the subject
CLAUSE = 0.065
SLOW = {"transforms.compile": 3.5, "kink": 1.5, "cost": 1.0, "transforms.grad": 1.0}


@dataclass(frozen=True, eq=False)
class Job:
    """A clause in a dtype."""

    dtype: str
    clause: Clause


@dataclass(frozen=True)
class Shares:
    """What each process judges, and the bytes that each may hold with all that it starts."""

    jobs: tuple[tuple[Job, ...], ...]
    memory: int


def all_jobs(spec: LossSpec, request: Request) -> list[Job]:
    """Everything that a request selects, in the order in which the findings are told."""
    return [
        Job(dtype, clause)
        for dtype in request.dtypes
        for clause in selected(spec, dtype, request.clauses, request.level)
    ]


def shares(jobs: Sequence[Job], request: Request) -> Shares:
    """The jobs of each of at most two processes.

    There is one where there is one core, or too little memory for two, or little to do; and on a GPU, which may
    let in one process only, and of whose memory nobody keeps account.
    """
    together = default_limit()
    room = request.memory is not None or together >= PROCESSES * LEAST
    most = PROCESSES if room and request.device != "cuda" else 1
    divided = _divided(jobs, min(most, usable_cores()))
    return Shares(divided, together // len(divided) if request.memory is None else int(request.memory * 2**30))


def usable_cores() -> int:
    """How many cores this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _divided(jobs: Sequence[Job], processes: int) -> tuple[tuple[Job, ...], ...]:
    """The slowest first, each to the process that is done first; a second one has to start."""
    busy = [0.0, *[START] * (processes - 1)]
    parts: list[set[Job]] = [set() for _ in busy]
    for job in sorted(jobs, key=_seconds, reverse=True):
        chosen = busy.index(min(busy))
        busy[chosen] += _seconds(job)
        parts[chosen].add(job)
    return tuple(tuple(job for job in jobs if job in part) for part in parts if part)


def _seconds(job: Job) -> float:
    return SLOW.get(job.clause.id, CLAUSE)
