"""The processes of a soak run: they ignore Ctrl-C, which is the parent's business, and end when the parent does."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import connection


def _start() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A parent that was killed cannot tell its workers."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def pool(processes: int) -> ProcessPoolExecutor:
    """Fresh processes: a forked one would inherit torch's threads."""
    return ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn"), initializer=_start)


def stop(workers: ProcessPoolExecutor) -> None:
    """End the processes now, whatever they are at."""
    children = multiprocessing.active_children()
    workers.shutdown(wait=False, cancel_futures=True)
    for process in children:
        process.terminate()
