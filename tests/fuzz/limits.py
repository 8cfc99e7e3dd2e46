"""The limits of a fuzzing process, kept by the kernel: whatever C code the process is in, it is ended.

Python's own signal handlers run between two bytecodes only, so none is used: faulthandler writes where the
process was, from C, and the default action of the signal ends it.
"""

from __future__ import annotations

import faulthandler
import resource
import signal
import sys

ADDRESS_SPACE = 4 * 2**30  # bytes


def limit_process() -> None:
    """Limit the address space; have the signal of the processor timer tell where the process was."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    faulthandler.register(signal.SIGPROF, file=sys.__stderr__ or sys.stderr, chain=True)


def start_clock(seconds: float) -> None:
    """From now on the process may take this much processor time; 0 stops the clock."""
    signal.setitimer(signal.ITIMER_PROF, seconds)


def resident() -> int:
    """The largest resident memory that the process has had, in bytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
