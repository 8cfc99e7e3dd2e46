"""File descriptors kept where a subject that closes all the usual ones does not reach them."""

from __future__ import annotations

import os

FIRST = 512  # some platforms allow 256 files; there they stay where they are


def out_of_reach(descriptor: int) -> int:
    """The same file under a high number, which child processes do not inherit; the low one is closed."""
    try:
        import fcntl

        high = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, FIRST)
    except (ImportError, OSError):
        return descriptor
    if descriptor > 2:
        os.close(descriptor)
    return high
