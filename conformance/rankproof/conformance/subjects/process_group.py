"""Ending a process together with everything that it started."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess

from rankproof.conformance.subjects.resident import processes_with

GRACE = 2.0  # seconds between the request to end and the kill
KILLED = 5.0  # seconds that a killed process may take to vanish


def end_group(process: subprocess.Popen[bytes], marker: bytes = b"", *, at_once: bool = False) -> None:
    """Ask the process group to end, then kill what is left of it; the process has to lead its own session.

    ``marker`` is in the environment of all that it started: what has left its session is found by that.
    ``at_once`` leaves out the asking.
    """
    steps = ((signal.SIGTERM, GRACE), (signal.SIGKILL, KILLED))
    for number, patience in steps[1:] if at_once else steps:
        _signal(process, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
            break
    _signal(process, signal.SIGKILL)
    for escaped in processes_with(marker) if marker else ():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(escaped, signal.SIGKILL)


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    # macOS answers with PermissionError for a group of which only a zombie is left
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
