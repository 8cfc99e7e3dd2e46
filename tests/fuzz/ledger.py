"""What a fuzzing process is at, in memory that outlives it: the input in work, since when, and the figures so far."""

from __future__ import annotations

import mmap
import struct
import time
from dataclasses import dataclass
from pathlib import Path

_HEADER = struct.Struct("<QQQQQddQ")
_ROOM = 2**22  # bytes for the input in work


@dataclass
class Figures:
    """What one process has done."""

    inputs: int = 0
    accepted: int = 0
    refused: int = 0
    failures: int = 0
    growth: int = 0  # bytes of resident memory beyond those at the start
    slowest: float = 0.0  # seconds of processor time
    started: float = 0.0  # time.monotonic() of the input in work; 0 between two inputs
    length: int = 0


class Ledger:
    """A file of figures and of the input in work, shared between the fuzzing process and the one that watches it."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(bytes(_HEADER.size + _ROOM))
        with path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), 0)

    def read(self) -> Figures:
        """The figures."""
        return Figures(*_HEADER.unpack_from(self._memory))

    def write(self, figures: Figures) -> None:
        """Put down the figures."""
        _HEADER.pack_into(self._memory, 0, *vars(figures).values())

    def begin(self, figures: Figures, data: bytes) -> None:
        """Say that this input is in work from now on."""
        kept = data[:_ROOM]
        self._memory[_HEADER.size : _HEADER.size + len(kept)] = kept
        figures.length, figures.started = len(kept), time.monotonic()
        self.write(figures)

    def end(self, figures: Figures) -> None:
        """Say that it is done."""
        figures.started = 0.0
        self.write(figures)

    def in_work(self) -> bytes | None:
        """The input that the process had when it ended; None where it had none."""
        figures = self.read()
        return self._memory[_HEADER.size : _HEADER.size + figures.length] if figures.started else None
