"""Jobs in forked children, each under a limit of time and memory, so that what one does ends with it."""

from __future__ import annotations

import json
import math
import os
import resource
import selectors
import signal
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

Job = TypeVar("Job")


@dataclass(frozen=True)
class Limits:
    """What a child may use."""

    cpu_seconds: int = 40  # for each part of its work: see more_time
    wall_seconds: float = 600.0  # a child that sleeps uses no processor time
    memory: int = 4 * 2**30  # bytes of address space beyond those of the parent


@dataclass(frozen=True)
class Ended:
    """What became of a child: the answer of its work, or how it was lost."""

    answer: Any = None
    lost: str = ""


@dataclass(frozen=True)
class _Child:
    pid: int
    pipe: int
    job: Any
    started: float
    told: list[bytes]


def forked(
    jobs: Iterable[Job], work: Callable[[Job], Any], *, processes: int, limits: Limits
) -> Iterator[tuple[Job, Ended]]:
    """``work(job)`` for each job, each in a child of its own; its answer has to be JSON. In the order of ending."""
    waiting = iter(jobs)
    with selectors.DefaultSelector() as selector:
        more = True
        while more or selector.get_map():
            while more and len(selector.get_map()) < processes:
                job = next(waiting, None)
                if job is None:
                    more = False
                    break
                child = _start(job, work, limits)
                selector.register(child.pipe, selectors.EVENT_READ, child)
            for key, _ in selector.select(timeout=1.0):
                part = os.read(key.fd, 1 << 16)
                key.data.told.append(part)
                if not part:
                    selector.unregister(key.fd)
                    yield key.data.job, _end(key.data)
            for key in list(selector.get_map().values()):
                if time.monotonic() - key.data.started > limits.wall_seconds:
                    os.kill(key.data.pid, signal.SIGKILL)


def more_time(limits: Limits) -> None:
    """For a child, at the beginning of each part of its work: let this part take as long as one may."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = math.ceil(used.ru_utime + used.ru_stime) + limits.cpu_seconds
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _start(job: Any, work: Callable[[Any], Any], limits: Limits) -> _Child:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        _run(job, work, limits, writing)
    os.close(writing)
    return _Child(pid, reading, job, time.monotonic(), [])


def _run(job: Any, work: Callable[[Any], Any], limits: Limits, writing: int) -> None:
    """The child's whole life."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        more_time(limits)
        resource.setrlimit(resource.RLIMIT_AS, (_address_space() + limits.memory,) * 2)
        answer = {"answer": work(job)}
    except BaseException as error:
        answer = {"lost": f"raised {type(error).__name__}: {error}\n{traceback.format_exc()}"}
    with os.fdopen(writing, "wb") as pipe:
        pipe.write(json.dumps(answer).encode())
    os._exit(0)


def _end(child: _Child) -> Ended:
    os.close(child.pipe)
    _, status = os.waitpid(child.pid, 0)
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        return Ended(lost=f"ended by {signal.Signals(number).name}")
    told = b"".join(child.told)
    return Ended(**json.loads(told)) if told else Ended(lost=f"ended itself with {os.waitstatus_to_exitcode(status)}")


def _address_space() -> int:
    """Bytes of address space that this process has."""
    with open("/proc/self/statm", encoding="ascii") as sizes:
        return int(sizes.read().split()[0]) * resource.getpagesize()
