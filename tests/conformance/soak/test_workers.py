"""The processes of a soak run leave Ctrl-C to their parent, and end when they are told to."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time

from rankproof.conformance.soak import workers


def handler():
    return signal.getsignal(signal.SIGINT) is signal.SIG_IGN, os.getpid()


def test_a_worker_is_a_fresh_process_that_ignores_ctrl_c():
    with workers.pool(1) as pool:
        ignores, process = pool.submit(handler).result(60)

    assert ignores
    assert process != os.getpid()


def test_workers_are_ended_whatever_they_are_at():
    pool = workers.pool(1)
    pool.submit(handler).result(60)
    pool.submit(time.sleep, 60)
    children = multiprocessing.active_children()
    workers.stop(pool)
    for child in children:
        child.join(20)

    assert children
    assert not any(child.is_alive() for child in children)
