"""How much memory processes hold, and how much they may."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rankproof.conformance.subjects import resident as memory
from rankproof.conformance.subjects.resident import LEAST, MOST, default_limit, processes_with, resident

MIB = 2**20
needs_proc = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="only Linux tells")
HOLDS = "held = bytearray(64 * 2**20); print('up', flush=True); import time; time.sleep(60)"


def test_the_limit_is_within_reason():
    assert LEAST <= default_limit() <= MOST


@pytest.mark.parametrize(
    ("free", "granted", "limit"),
    [
        (8 * 2**30, float("inf"), 4 * 2**30),
        (8 * 2**30, 6 * 2**30, 3 * 2**30),
        (2**30, 2**40, LEAST),
        (2**50, 2**50, MOST),
    ],
)
def test_half_of_what_is_free_may_be_used(monkeypatch, free, granted, limit):
    monkeypatch.setattr(memory, "_available", lambda: free)
    monkeypatch.setattr(memory, "_granted", lambda: granted)

    assert default_limit() == limit


@needs_proc
def test_a_process_is_measured_alone_and_with_its_session():
    with subprocess.Popen([sys.executable, "-c", HOLDS], stdout=subprocess.PIPE, start_new_session=True) as child:
        child.stdout.readline()
        alone, together = resident(child.pid), resident(child.pid, session=True)
        child.kill()

    assert 64 * MIB < alone < 256 * MIB
    assert together >= alone


@needs_proc
def test_processes_are_found_by_what_their_environment_holds():
    marker = f"RANKPROOF_TEST_{os.getpid()}"
    environment = os.environ | {marker: "1"}
    command = [sys.executable, "-c", HOLDS]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, start_new_session=True) as child:
        child.stdout.readline()
        found = processes_with(marker.encode())
        child.kill()

    assert found == [child.pid]


def test_a_process_that_is_gone_holds_nothing(monkeypatch, tmp_path):
    monkeypatch.setattr(memory, "PROC", tmp_path / "absent")

    assert resident(os.getpid()) == 0
    assert processes_with(b"anything") == []
    assert memory._available() == MOST
