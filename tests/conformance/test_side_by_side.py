"""Tasks at the same time: results in order, and none that goes on when one fails or the caller is interrupted."""

from __future__ import annotations

import os
import signal
import threading
from concurrent import futures

import pytest

from rankproof.conformance import side_by_side as module
from rankproof.conformance.side_by_side import side_by_side

PATIENCE = 60  # seconds, of a test that fails


def test_tasks_run_at_the_same_time_and_their_results_come_in_order():
    met = threading.Barrier(2)
    first_may_end = threading.Event()

    def first():
        met.wait(PATIENCE)
        assert first_may_end.wait(PATIENCE)
        return "first"

    def second():
        met.wait(PATIENCE)
        first_may_end.set()
        return "second"

    assert side_by_side([first, second], lambda: None) == ["first", "second"]


@pytest.mark.parametrize("failing", [0, 1])
def test_an_error_is_raised_once_the_others_are_stopped(failing):
    stopped, ended = threading.Event(), []

    def fail():
        raise ValueError("no good")

    def go_on():
        ended.append(stopped.wait(PATIENCE))
        raise RuntimeError("stopped")

    tasks = [go_on, go_on]
    tasks[failing] = fail

    with pytest.raises(ValueError, match="no good"):
        side_by_side(tasks, stopped.set)
    assert ended == [True]


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, SystemExit])
def test_what_interrupts_the_caller_stops_every_task(monkeypatch, interruption):
    stopped, waits, ended = threading.Event(), threading.Event(), []

    def wait(*asked):
        waits.set()
        return futures.wait(*asked)

    def interrupt(number, frame):
        raise interruption

    def go_on():
        ended.append(stopped.wait(PATIENCE))

    def interrupt_and_go_on():
        assert waits.wait(PATIENCE)
        os.kill(os.getpid(), signal.SIGUSR1)
        go_on()

    monkeypatch.setattr(module, "wait", wait)
    before = signal.signal(signal.SIGUSR1, interrupt)
    try:
        with pytest.raises(interruption):
            side_by_side([go_on, interrupt_and_go_on], stopped.set)
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert ended == [True, True]
