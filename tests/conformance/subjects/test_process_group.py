"""A process ends with everything that it started, politely where it can."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from rankproof.conformance.subjects import process_group
from rankproof.conformance.subjects.process_group import end_group

POLITE = "import signal, sys, time; signal.signal(15, lambda *_: sys.exit(7)); print('up', flush=True); time.sleep(60)"
STUBBORN = "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
PARENT = (
    "import subprocess, sys, time; child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
    "print(child.pid, flush=True); time.sleep(60)"
)


def started(source):
    """A process that leads its own session, and its first line."""
    process = subprocess.Popen([sys.executable, "-c", source], stdout=subprocess.PIPE, start_new_session=True)
    return process, process.stdout.readline().decode().strip()


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A zombie whose parent has not asked for its status is not alive.
    with open(f"/proc/{pid}/stat", encoding="ascii") as status:
        return status.read().rsplit(")", 1)[1].split()[0] != "Z"


def test_a_process_may_end_as_it_likes_when_it_is_asked_to():
    process, _ = started(POLITE)
    end_group(process)

    assert process.returncode == 7


def test_a_process_that_does_not_listen_is_killed(monkeypatch):
    monkeypatch.setattr(process_group, "GRACE", 0.2)
    process, _ = started(STUBBORN)
    end_group(process)

    assert process.returncode == -9


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="needs /proc to see whether a process is there")
def test_its_children_end_with_it():
    process, child = started(PARENT)
    end_group(process)
    deadline = time.monotonic() + 10
    while alive(int(child)) and time.monotonic() < deadline:
        time.sleep(0.05)

    assert not alive(int(child))


def test_a_process_that_has_ended_is_no_error():
    process, _ = started("print('up')")
    process.wait(20)
    end_group(process)

    assert process.returncode == 0
