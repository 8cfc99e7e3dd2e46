"""Judging the catalogue in several processes, each of which draws the cases of a loss once."""

from __future__ import annotations

import multiprocessing
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache

from rankproof.conformance.checks.registry import clauses
from tests.faults.fault import Fault
from tests.faults.judging import CASES, Row, judge, spec_of

# These take seconds a call, and are asked only of faults that name them.
SLOW = frozenset({"cost", "sampling", "transforms.compile"})

MOST_BYTES = 6 << 30  # of address space, for each process


@dataclass(frozen=True)
class Request:
    """How hard to look: patterns of clause ids (none: all), the seed, and how many cases a clause is run with.

    Clauses that must catch a fault have as many as in the default run, the others fewer.
    """

    clauses: tuple[str, ...] = ()
    seed: int = 0
    cases: int = CASES
    other_cases: int = CASES // 2

    def of(self, loss: str) -> tuple[str, ...]:
        """The clauses of a loss that match a pattern."""
        ids = (clause.id for clause in clauses(spec_of(loss)))
        return tuple(id_ for id_ in ids if not self.clauses or any(fnmatchcase(id_, each) for each in self.clauses))


@cache
def judge_right(right: str, loss: str, dtype: str, wanted: tuple[str, ...], request: Request) -> Row:
    """A right loss, judged before its faults: the cases and the oracle's answers are kept for them."""
    return judge(right, loss, right, wanted, dtype=dtype, cases=request.other_cases, seed=request.seed)


def judge_fault(fault: Fault, request: Request) -> tuple[Row, Row]:
    """What is said of the right loss, and of the fault."""
    wanted = tuple(id_ for id_ in request.of(fault.loss) if id_ not in SLOW or id_ in fault.clauses)
    named = tuple(clause for clause in wanted if fault.names(clause))
    others = tuple(clause for clause in wanted if not fault.names(clause))

    def judged(clauses: tuple[str, ...], cases: int) -> Row:
        return judge(fault.id, fault.loss, fault.target, clauses, dtype=fault.dtype, cases=cases, seed=request.seed)

    right = judge_right(fault.right, fault.loss, fault.dtype, wanted, request)
    return right, judged(named, request.cases).and_of(judged(others, request.other_cases))


def judge_all(
    faults: Sequence[Fault], request: Request, processes: int, observe: Callable[[Row], None] = lambda row: None
) -> tuple[dict[str, Row], dict[str, Row]]:
    """The rows of the right losses and of the faults, by the fault's id.

    Half of the processes take faults from the beginning and half from the end, so that few losses are shared
    between processes.
    """
    waiting = deque(faults)
    right: dict[str, Row] = {}
    rows: dict[str, Row] = {}
    failures: list[BaseException] = []

    def work(executor: ProcessPoolExecutor, take: Callable[[], Fault]) -> None:
        for fault in _taken(take):
            try:
                right[fault.id], rows[fault.id] = executor.submit(judge_fault, fault, request).result()
            except BaseException as failure:  # the process has died: told by the main thread
                failure.add_note(f"while {fault.id} was judged")
                failures.append(failure)
                waiting.clear()
                return
            observe(rows[fault.id])

    executors = [_executor() for _ in range(processes)]
    ends = [waiting.popleft if number % 2 == 0 else waiting.pop for number in range(processes)]
    threads = [threading.Thread(target=work, args=pair) for pair in zip(executors, ends, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for executor in executors:
        executor.shutdown()
    if failures:
        raise failures[0]
    return right, rows


def _taken(take: Callable[[], Fault]) -> Iterator[Fault]:
    while True:
        try:
            fault = take()
        except IndexError:
            return
        yield fault


def _executor() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), initializer=_start)


def _start() -> None:
    """A process of one thread; a loss that asks for more memory than there is gets an error, not the machine."""
    import resource

    import torch

    torch.set_num_threads(1)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, resource.getrlimit(resource.RLIMIT_AS)[1]))
