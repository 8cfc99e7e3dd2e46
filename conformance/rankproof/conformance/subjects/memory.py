"""How much memory a call takes at most, above what is in use when it begins."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import sys
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np

MIB = 2**20
_TRIAL = 8 * MIB  # what the meter must see of an allocation of this size, before it is believed
_SEEN = 0.75


class NoMeter(Exception):
    """Peak memory cannot be read here; the message says why."""


def peak_bytes(call: Callable[[], object], device: str) -> int:
    """The peak in bytes: of the process where tensors live in its memory, of torch's allocator on CUDA.

    Collect garbage before (``settled``): what dies in the call makes room for what is born in it.

    Raises:
        NoMeter: there is no way to read it here.
    """
    if device.startswith("cuda"):
        from rankproof.conformance.subjects.torch_memory import cuda_peak_bytes

        return cuda_peak_bytes(call, device)
    _require_meter()
    return _process_peak(call)


@contextlib.contextmanager
def settled() -> Iterator[None]:
    """Within it ``collect`` is cheap, since everything that lives already is left out of it."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def collect() -> None:
    """Collect garbage, and give the heap's free pages back, for they would be taken again without showing."""
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def _process_peak(call: Callable[[], object]) -> int:
    """Writing 5 to clear_refs sets the high-water mark of the process back to what is resident."""
    collect()
    Path("/proc/self/clear_refs").write_text("5")
    before = _resident("VmRSS")
    call()
    return max(0, _resident("VmHWM") - before)


def _resident(name: str) -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) * 1024
    raise OSError(f"/proc/self/status has no {name}")


@lru_cache(maxsize=1)
def _problem() -> str:
    """Why the meter does not work here; nothing where it does."""
    if not sys.platform.startswith("linux"):
        return f"peak memory is read from /proc, which {sys.platform} does not have"
    try:
        seen = _process_peak(lambda: np.ones(_TRIAL, dtype=np.uint8))
        after = _process_peak(lambda: None)
    except OSError as problem:
        return f"peak memory cannot be read here: {problem}"
    if seen < _SEEN * _TRIAL or after > _TRIAL // 2:
        return (
            f"peak memory as /proc tells it is wrong here: {seen / MIB:.1f} MiB for {_TRIAL // MIB} MiB, "
            f"and {after / MIB:.1f} MiB for nothing"
        )
    return ""


def _require_meter() -> None:
    if problem := _problem():
        raise NoMeter(problem)
