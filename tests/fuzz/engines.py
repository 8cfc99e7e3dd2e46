"""The two sources of inputs: Hypothesis draws them from a strategy, atheris mutates bytes by the code they reach."""

from __future__ import annotations

import importlib.util
import os
import random
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.fuzz.target import Target
from tests.fuzz.targets.registry import target_named
from tests.fuzz.trial import Trial

ROUND = 1000  # inputs of one Hypothesis run: its memory of what it has drawn grows with them
INSTRUMENTED = ("rankproof.conformance.specification", "rankproof.conformance.verdict", "yaml")


def has_atheris() -> bool:
    """Whether atheris is installed: it has wheels for some Pythons and platforms only."""
    try:
        return importlib.util.find_spec("atheris") is not None
    except ValueError:  # it was imported in vain
        return False


def draw(target: Target, trial: Trial, inputs: int, seed: int) -> None:
    """Put the target's seeds and then drawn inputs to it."""
    import hypothesis
    from hypothesis import HealthCheck, Phase, given

    for data in target.seeds()[:inputs]:
        trial.run(data)
    strategy = target.inputs()
    for number in range(2 * (inputs // ROUND + 1)):  # a small search space gives fewer than it is asked for
        remaining = inputs - trial.figures.inputs
        if remaining <= 0:
            return

        @hypothesis.seed(seed * 100_003 + number)
        @hypothesis.settings(
            max_examples=min(ROUND, remaining),
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(strategy)
        def run(data: bytes) -> None:
            for each in (data, *variants(data, target)):
                if trial.figures.inputs < inputs:
                    trial.run(each)

        run()


def variants(data: bytes, target: Target) -> Iterator[bytes]:
    """Changes of a drawn input, which cost a hundredth of drawing one; the same input has the same ones."""
    chance = random.Random(zlib.crc32(data))
    words = [word.encode("utf-8", "replace") for word in target.words] or [b"\0"]
    for _ in range(target.variants if data else 0):
        start, length = chance.randrange(len(data)), chance.choice((0, 1, 1, 2, 5, 20, 100))
        part = data[start : start + length]
        patch = chance.choice(
            (b"", chance.choice(words), bytes([chance.randrange(256)]), part * chance.choice((2, 3, 50)))
        )
        yield data[:start] + patch + data[start + length :]


def instrumented(name: str) -> Target:
    """The target, imported with atheris's counters in what it reads with; before anything else imports that."""
    import atheris

    with atheris.instrument_imports(include=list(INSTRUMENTED)):
        return target_named(name)


def mutate(target: Target, trial: Trial, inputs: int, seed: int, directory: Path) -> None:
    """Let atheris look for inputs that reach new code; it ends the process when it is done."""
    import atheris

    corpus = directory / "corpus"
    corpus.mkdir(exist_ok=True)
    for number, data in enumerate(target.seeds()):
        (corpus / f"seed-{number}").write_bytes(data)
    (directory / "words").write_text("".join(f'"{_escaped(word)}"\n' for word in target.words if word))
    options: list[Any] = [sys.argv[0], str(corpus), f"-runs={inputs}", f"-seed={seed + 1}", "-max_len=16384"]
    options += [
        "-timeout=86400",  # never: at 0, atheris interrupts whatever takes a second; the trial has a limit of its own
        "-rss_limit_mb=0",
        "-verbosity=0",
        "-print_final_stats=0",
        f"-artifact_prefix={directory}/",
    ]
    options += ["-len_control=20", f"-dict={directory / 'words'}"]
    atheris.Setup(options, lambda data: trial.run(data))
    atheris.Fuzz()
    os._exit(0)


def _escaped(word: str) -> str:
    return "".join(
        c if c.isascii() and c.isprintable() and c not in '"\\' else "".join(f"\\x{byte:02x}" for byte in c.encode())
        for c in word
    )
