"""Doing several things at the same time, and ending all of them when one fails or the user interrupts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from typing import TypeVar

Result = TypeVar("Result")
LOOK = 0.1  # seconds: an interrupt that comes just before Python waits is seen after that time


def side_by_side(tasks: Sequence[Callable[[], Result]], stop: Callable[[], None]) -> list[Result]:
    """The results of the tasks, in their order; each runs in a thread of its own.

    The error of a task, or what interrupts the caller, is raised at once: as soon as the other tasks have
    ended, which ``stop`` makes them do.
    """
    threads = ThreadPoolExecutor(len(tasks))
    try:
        running = [threads.submit(task) for task in tasks]
        ended: set[Future[Result]] = set()
        while len(ended) < len(running) and not any(each.exception() for each in ended):
            ended = wait(running, LOOK, FIRST_EXCEPTION).done
        return [each.result() for each in running if each in ended]
    except BaseException:
        stop()
        raise
    finally:
        threads.shutdown()
