"""Ending a process together with everything that it started."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess

GRACE = 2.0  # seconds between the request to end and the kill
KILLED = 5.0  # seconds that a killed process may take to vanish


def end_group(process: subprocess.Popen[bytes]) -> None:
    """Ask the process group to end, then kill what is left of it; the process has to lead its own session."""
    for number, patience in ((signal.SIGTERM, GRACE), (signal.SIGKILL, KILLED)):
        _signal(process, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
            break
    _signal(process, signal.SIGKILL)


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    # macOS answers with PermissionError for a group of which only a zombie is left
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
