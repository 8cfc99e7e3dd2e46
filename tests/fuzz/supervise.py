"""Starts a fuzzing process, watches it, keeps the input that it dies or hangs with, and starts it again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.fuzz.ledger import Figures, Ledger
from tests.fuzz.target import Target
from tests.fuzz.trial import KEPT, keep

POLL = 0.1  # seconds
WAITING = 30.0  # seconds of wall clock that one input may take, and 10 times its processor time: it sleeps, or waits
MOST_DEATHS = 20
CHILD = "tests.fuzz.child"


@dataclass
class Result:
    """What came of one target under one engine."""

    target: str
    engine: str
    inputs: int = 0
    accepted: int = 0
    refused: int = 0
    failures: int = 0
    slowest: float = 0.0  # seconds of processor time
    growth: int = 0  # bytes
    seconds: float = 0.0
    reproducers: list[str] = field(default_factory=list)

    def add(self, figures: Figures) -> None:
        """The figures of one process."""
        self.inputs += figures.inputs
        self.accepted += figures.accepted
        self.refused += figures.refused
        self.failures += figures.failures
        self.slowest = max(self.slowest, figures.slowest)
        self.growth = max(self.growth, figures.growth)


def fuzz(target: Target, engine: str, inputs: int, seed: int, directory: Path, waiting: float | None = None) -> Result:
    """Put that many inputs to a target, in as many processes as it takes."""
    directory.mkdir(parents=True, exist_ok=True)
    patience = max(WAITING, 10 * target.seconds) if waiting is None else waiting
    result = Result(target.name, engine)
    began = time.monotonic()
    for deaths in range(MOST_DEATHS):
        remaining = inputs - result.inputs
        if remaining <= 0:
            break
        place = directory / str(deaths)
        place.mkdir()
        status, figures, data = _process(target.name, engine, remaining, seed + deaths, place, patience)
        result.add(figures)
        if data is not None:
            result.inputs += 1
            result.failures += 1
            keep(place, data, f"{target.name} {engine}\n{_told(status)}\n{_printed(place)}")
        elif status != 0 or figures.inputs == 0:
            raise RuntimeError(f"the fuzzing process of {target.name} ended: {_told(status)}\n{_printed(place)}")
    result.seconds = time.monotonic() - began
    result.reproducers = sorted(str(path) for path in directory.glob("*/failure-*") if path.suffix == "")[:KEPT]
    return result


def _process(
    name: str, engine: str, inputs: int, seed: int, place: Path, waiting: float
) -> tuple[int, Figures, bytes | None]:
    """Exit status, figures, and the input with which the process was lost."""
    ledger = Ledger(place / "ledger")
    command = [sys.executable, "-m", CHILD, engine, name, str(inputs), str(seed), str(place)]
    with (place / "output").open("wb") as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        try:
            while process.poll() is None:
                time.sleep(POLL)
                figures = ledger.read()
                if figures.started and time.monotonic() - figures.started > waiting:
                    os.kill(process.pid, signal.SIGABRT)  # faulthandler writes where it waits
                    time.sleep(1)
                    process.kill()
        finally:
            process.kill()
            process.wait()
    return process.returncode, ledger.read(), ledger.in_work()


def _told(status: int) -> str:
    if status == -signal.SIGPROF:
        return "took more processor time than one input may"
    if status == -signal.SIGABRT:
        return "aborted, or waited for what never came"
    return f"ended with status {status}"


def _printed(place: Path) -> str:
    text = (place / "output").read_text(errors="replace")
    return text[-6000:]
