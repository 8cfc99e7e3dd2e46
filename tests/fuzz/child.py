"""The fuzzing process: ``python -m tests.fuzz.child ENGINE TARGET INPUTS SEED DIRECTORY``."""

from __future__ import annotations

import faulthandler
import sys
from pathlib import Path

from tests.fuzz import engines
from tests.fuzz.limits import limit_process
from tests.fuzz.targets.registry import target_named
from tests.fuzz.trial import Trial


def main() -> None:
    """Put inputs to one target, from one engine."""
    engine, name, inputs, seed, place = sys.argv[1:]
    directory = Path(place).resolve()  # before a target changes the directory
    faulthandler.enable(file=sys.__stderr__ or sys.stderr)
    target = engines.instrumented(name) if engine == "atheris" else target_named(name)
    for data in (b"", target.seeds()[0]):  # imports what the target needs, so that no input is charged for it
        target.read(data)
    limit_process()
    trial = Trial(target, engine, directory)
    if engine == "atheris":
        engines.mutate(target, trial, int(inputs), int(seed), directory)
    engines.draw(target, trial, int(inputs), int(seed))


if __name__ == "__main__":
    main()
