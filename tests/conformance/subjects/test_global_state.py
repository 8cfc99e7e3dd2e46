"""What a call changes of the state that all code shares is told and put back."""

from __future__ import annotations

import os
import random
import signal
import sys
import threading

import numpy as np
import pytest

from rankproof.conformance.subjects.global_state import Change, generator_digests, settings, watched


def changed(body, *, torch=False, every=True):
    """The names of what the body changes."""
    with watched(settings(torch, every)) as told:
        body()
    return [change.name for change in told.changes]


def test_a_call_that_changes_nothing_is_told_of_nothing():
    assert changed(lambda: None) == []


@pytest.mark.parametrize(
    ("name", "read", "spoil"),
    [
        ("Python's recursion limit", sys.getrecursionlimit, lambda: sys.setrecursionlimit(5432)),
        ("the working directory", os.getcwd, lambda: os.chdir("/")),
        ("the environment", lambda: dict(os.environ), lambda: os.environ.update(RANKPROOF_TEST="1")),
        ("numpy's error handling", np.geterr, lambda: np.seterr(all="ignore", under="warn")),
        ("numpy's print options", np.get_printoptions, lambda: np.set_printoptions(precision=2)),
        (
            "the handler of SIGUSR1",
            lambda: signal.getsignal(signal.SIGUSR1),
            lambda: signal.signal(signal.SIGUSR1, lambda *_: None),
        ),
    ],
)
def test_a_change_is_told_and_put_back(name, read, spoil):
    before = read()

    assert changed(spoil) == [name]
    assert read() == before


def test_a_change_is_put_back_after_an_error_too():
    before = sys.getrecursionlimit()

    def fail():
        sys.setrecursionlimit(before + 17)
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011
        changed(fail)
    assert sys.getrecursionlimit() == before


def test_an_alarm_that_is_left_set_is_told_and_taken_off():
    def leave_an_alarm():
        signal.setitimer(signal.ITIMER_REAL, 60)

    assert changed(leave_an_alarm) == ["the alarm"]
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0


def test_a_thread_that_goes_on_is_told():
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)

    def wait():
        stop.wait()

    thread = threading.Thread(target=wait, daemon=True)
    told = changed(thread.start)
    stop.set()
    thread.join()

    assert told == ["the threads"]


def test_torchs_settings_are_watched_for_a_torch_subject():
    torch = pytest.importorskip("torch")

    def spoil():
        torch.set_default_dtype(torch.float64)
        torch.set_grad_enabled(False)

    assert changed(spoil, torch=True) == ["torch's default dtype", "torch's grad mode"]
    assert torch.get_default_dtype() is torch.float32
    assert torch.is_grad_enabled()


def test_costly_settings_are_read_only_where_they_are_asked_for():
    few, all_of_them = ({setting.name for setting in settings(False, every)} for every in (False, True))

    assert few < all_of_them
    assert "numpy's print options" in all_of_them - few


# What is read otherwise than a snippet shows it, brought into the form of the snippet.
SHOWN = {
    "the environment": lambda read: {os.fsdecode(name): os.fsdecode(value) for name, value in read.items()},
    "the threads": lambda read: read | set(threading.enumerate()),  # a framework's own, and the main one, are left out
}


@pytest.mark.parametrize("every", [False, True])
def test_the_expression_of_a_setting_gives_it(every):
    for setting in settings(False, every):
        scope = {"gc": __import__("gc"), "os": os, "signal": signal, "sys": sys, "threading": threading, "numpy": np}

        shown = SHOWN.get(setting.name, lambda read: read)

        assert eval(setting.expression, scope) == shown(setting.read()), setting.name


def test_generators_are_told_by_their_states():
    before = generator_digests(False)
    again = generator_digests(False)
    random.random()
    np.random.random()
    after = generator_digests(False)

    assert before == again
    assert all(before[source] != after[source] for source in before)


def test_a_change_is_shown_with_its_values_where_they_are_short():
    assert str(Change("the alarm", "x", "from 0 to 1")) == "the alarm (from 0 to 1)"
    assert str(Change("the alarm", "x")) == "the alarm"
