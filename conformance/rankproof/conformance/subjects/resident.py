"""How much memory a process and what it started hold, and how much they may; only Linux tells."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

PROC = Path("/proc")
SHARE = 0.5  # of the memory that is free
LEAST, MOST = 2 * 2**30, 32 * 2**30  # bytes
_CGROUP = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def default_limit() -> int:
    """Half of the memory that is free now, within reason: the machine is not to be dragged into swap."""
    return int(min(max(LEAST, SHARE * min(_available(), _granted())), MOST))


def _available() -> float:
    try:
        for line in (PROC / "meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return float(line.split()[1]) * 1024
    except OSError:
        pass
    return float(MOST)


def _granted() -> float:
    """What a container may use."""
    for path in _CGROUP:
        try:
            text = Path(path).read_text().strip()
        except OSError:
            continue
        if text.isdigit():
            return float(text)
    return float("inf")


def resident(process: int, *, session: bool = False) -> int:
    """Bytes that a process holds; with ``session`` together with everything else in its session."""
    page = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 0
    members = {process, *(_session(process) if session else ())}
    return page * sum(map(_pages, members))


def _pages(process: int) -> int:
    try:
        return int((PROC / str(process) / "statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):  # it is gone, or this is not Linux
        return 0


def _session(leader: int) -> Iterator[int]:
    for process in _processes():
        try:
            if os.getsid(process) == leader:
                yield process
        except OSError:
            continue


def processes_with(marker: bytes) -> list[int]:
    """The processes of this user whose environment holds the marker, wherever they have fled to."""
    found = []
    for process in _processes():
        try:
            if process != os.getpid() and marker in (PROC / str(process) / "environ").read_bytes():
                found.append(process)
        except OSError:
            continue
    return found


def _processes() -> Iterator[int]:
    try:
        names = os.listdir(PROC)
    except OSError:
        return
    yield from (int(name) for name in names if name.isdigit())
