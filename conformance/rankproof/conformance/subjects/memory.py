"""How much memory a call takes at most, above what is in use when it begins."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import sys
from collections import deque
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np

MIB = 2**20
_TRIAL = 8 * MIB  # what the meter must see of an allocation of this size, before it is believed
_SEEN = 0.75
_SIZES = (4096, 2048, 1024, 768, 512, 384, 320, 256, 192, 160, 128, 112, 96, 80, 64, 48)  # bytes, of small objects
_LOOK, _MOST_LOOKS = MIB // 4, 256  # after how many bytes of them resident memory is looked at, and how often
_LOOKS = 2  # in a row that show new pages, before the gaps of a size count as filled
_LARGEST_IN_ARENAS, _LOOKS_OF_AN_ARENA = 512, 5  # what is left of one arena, of 1 MiB, goes before the next arena


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


@contextlib.contextmanager
def gaps_filled() -> Iterator[None]:
    """Within it what is born needs new pages: the gaps between what lives in the heaps are filled.

    A page that is partly in use cannot be given back. After a long run such pages have room for mebibytes of small
    objects, so that the peak of a short list would be read as nothing.
    """
    libc = ctypes.CDLL(None)
    libc.malloc.restype, libc.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
    libc.free.argtypes = [ctypes.c_void_p]
    of_python, of_libc = _python_arenas(), deque[int]()
    try:
        for size in _SIZES:
            _fill(size, _LOOKS, lambda size=size: of_python.append(_object(size)))  # type: ignore[misc]
            _fill(size, _LOOKS, lambda size=size: of_libc.append(libc.malloc(size)))  # type: ignore[misc]
        yield
    finally:
        for block in of_libc:
            libc.free(block)


def _object(size: int) -> bytes:
    """A Python object of a size in bytes."""
    return bytes(size - sys.getsizeof(b""))


def _python_arenas() -> deque[bytes]:
    """Objects that fill the arenas in which Python keeps what is small: an empty one stays resident for the next."""
    filling = deque[bytes]()
    _fill(_LARGEST_IN_ARENAS, _LOOKS_OF_AN_ARENA, lambda: filling.append(_object(_LARGEST_IN_ARENAS)))
    return filling


def _fill(size: int, row: int, take: Callable[[], None]) -> None:
    """Take blocks of a size until they needed new pages so many times in a row."""
    before, new = _resident("VmRSS"), 0
    for _ in range(_MOST_LOOKS):
        for _ in range(_LOOK // size):
            take()
        after = _resident("VmRSS")
        new = new + 1 if after - before >= _SEEN * _LOOK else 0
        if new == row:
            return
        before = after


def collect() -> None:
    """Collect garbage, and give the heap's free pages back, for they would be taken again without showing."""
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def _process_peak(call: Callable[[], object]) -> int:
    """Writing 5 to clear_refs sets the high-water mark of the process back to what is resident."""
    collect()
    ballast = _python_arenas()
    Path("/proc/self/clear_refs").write_text("5")
    before = _resident("VmRSS")
    call()
    peak = max(0, _resident("VmHWM") - before)
    del ballast  # it had to live until here
    return peak


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
