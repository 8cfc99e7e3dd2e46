"""One input after another is put to a target: counted, timed, and kept where it fails."""

from __future__ import annotations

import hashlib
import time
import traceback
from pathlib import Path

from tests.fuzz.ledger import Figures, Ledger
from tests.fuzz.limits import resident, start_clock
from tests.fuzz.target import Target

MOST_GROWTH = 256 * 2**20  # bytes of resident memory for one input
KEPT = 20  # reproducers of one target and engine


class Trial:
    """Puts inputs to a target; nothing that it raises comes out."""

    def __init__(self, target: Target, engine: str, directory: Path) -> None:
        self._target = target
        self._engine = engine
        self._directory = directory
        self._ledger = Ledger(directory / "ledger")
        self._seen: set[str] = set()
        self.figures = Figures()
        self._resident = resident()

    def run(self, data: bytes) -> None:
        """Put one input to the target."""
        figures = self.figures
        highest = self._resident + figures.growth
        self._ledger.begin(figures, data)
        start_clock(self._target.seconds)
        began = time.process_time()
        try:
            if self._target.read(data):
                figures.accepted += 1
            else:
                figures.refused += 1
        except BaseException as error:
            self._fail(data, error)
        taken = time.process_time() - began
        start_clock(0)
        if taken > figures.slowest:
            figures.slowest = taken
            (self._directory / "slowest").write_bytes(data)
        figures.growth = max(figures.growth, resident() - self._resident)
        if self._resident + figures.growth - highest > MOST_GROWTH:
            self._fail(data, MemoryError(f"resident memory grew by more than {MOST_GROWTH} bytes"))
        figures.inputs += 1
        self._ledger.end(figures)

    def _fail(self, data: bytes, error: BaseException) -> None:
        self.figures.failures += 1
        text = "".join(traceback.format_exception(error, limit=-12))
        frames = traceback.extract_tb(error.__traceback__)
        where = [f"{Path(f.filename).name}:{f.lineno}" for f in frames if "rankproof" in f.filename][-1:]
        signature = f"{type(error).__name__} {where} {str(error)[:40] if not where else ''}"
        if signature in self._seen or len(self._seen) >= KEPT:
            return
        self._seen.add(signature)
        keep(self._directory, data, f"{self._target.name} {self._engine}\n{text}")


def keep(directory: Path, data: bytes, told: str) -> Path:
    """Save an input that fails and what is known of it; the same input is kept once."""
    path = directory / f"failure-{hashlib.sha256(data).hexdigest()[:12]}"
    path.write_bytes(data)
    path.with_suffix(".txt").write_text(told, encoding="utf-8", errors="backslashreplace")
    return path
