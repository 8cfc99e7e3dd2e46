"""How much memory a call takes at most, above what is in use when it begins."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import sys
from collections.abc import Callable
from pathlib import Path

import torch

MIB = 2**20


def peak_mib(call: Callable[[], object], device: str) -> float | None:
    """The peak in MiB: of the process on a CPU, of torch's allocator on CUDA; None where it cannot be read.

    On Linux writing 5 to clear_refs sets the high-water mark of the process back to what is resident.
    """
    gc.collect()
    if device == "cuda":
        torch.cuda.synchronize()
        torch.cuda.reset_peak_memory_stats()
        before = torch.cuda.memory_allocated()
        call()
        torch.cuda.synchronize()
        return (torch.cuda.max_memory_allocated() - before) / MIB
    if not sys.platform.startswith("linux"):
        return None
    # Memory that was freed but kept would be taken again without showing.
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
    try:
        Path("/proc/self/clear_refs").write_text("5")
        before = _resident("VmRSS")
        call()
        return (_resident("VmHWM") - before) / MIB
    except OSError:
        return None


def _resident(name: str) -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) * 1024
    raise OSError(f"/proc/self/status: no {name}")
