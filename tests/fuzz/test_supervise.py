"""Whatever a reader does with an input, fuzzing goes on, and the input is kept with what happened."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.supervise import fuzz
from tests.fuzz.targets.misbehaving import BAD
from tests.fuzz.targets.registry import target_named


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("raises", "KeyError: 'scores'"),
        ("eats", "MemoryError"),
        ("spins", "took more processor time than one input may"),
        ("sleeps", "waited for what never came"),
        ("crashes", "ended with status -11"),
        ("leaves", "ended with status 3"),
    ],
)
def test_an_input_that_breaks_a_reader_is_kept_and_the_others_are_still_put_to_it(
    tmp_path: Path, name: str, words: str
) -> None:
    result = fuzz(target_named(name), "hypothesis", 3, 0, tmp_path, waiting=3)
    (kept,) = result.reproducers[:1]

    assert (result.inputs, result.accepted, result.refused) == (3, 1, 1) if name in ("raises", "eats") else (3, 2, 0)
    assert result.failures == 1
    assert Path(kept).read_bytes() == BAD
    assert words in Path(f"{kept}.txt").read_text()


def test_where_a_reader_hangs_is_told(tmp_path: Path) -> None:
    result = fuzz(target_named("spins"), "hypothesis", 2, 0, tmp_path)

    assert "in _spin" in Path(f"{result.reproducers[0]}.txt").read_text()
