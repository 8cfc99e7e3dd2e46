"""A refusal has to be clear, and every target takes what is right and refuses what is not."""

from __future__ import annotations

import pytest

from tests.fuzz.engines import variants
from tests.fuzz.target import Unclear, require_clear
from tests.fuzz.targets.registry import NAMES, target_named


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        (" \n", "is empty"),
        ("x" * 200_000, "has 200000 characters"),
        ("a\x1b[2Jb", "holds the character"),
        ("a\ud800", "holds the character"),
        ("Traceback (most recent call last):\n", "is a traceback"),
        ("something is wrong", "does not name 'loss.yaml'"),
    ],
)
def test_an_unclear_message_is_told(message: str, problem: str) -> None:
    with pytest.raises(Unclear, match=problem):
        require_clear(message, "loss.yaml")


def test_a_clear_message_is_clear() -> None:
    assert require_clear("loss.yaml:3: got 'a', expected 'b'\nloss.yaml:4: the same", "loss.yaml") is None


@pytest.mark.parametrize("name", NAMES)
def test_a_target_takes_its_first_seed_and_refuses_a_binary_file(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.chdir(str(tmp_path))  # put back afterwards: the command line's target goes to a directory of its own
    target = target_named(name)

    assert target.read(target.seeds()[0])
    assert not target.read(bytes(range(256)))


def test_variants_depend_on_the_input_alone() -> None:
    target = target_named("formula")
    first = list(variants(b"max(0, margin)", target))

    assert len(first) == target.variants
    assert len(set(first)) > 4
    assert first == list(variants(b"max(0, margin)", target))
