"""Spec files for tests: a built-in file with some words replaced, and what the loader says about it."""

from __future__ import annotations

from collections.abc import Callable
from importlib import resources
from pathlib import Path

import pytest
import yaml

from rankproof.conformance.specification import LossSpec, SpecError, load
from rankproof.conformance.specification.positions import KeyPath, key_text

Replacement = tuple[str, str]


@pytest.fixture
def spec_file(tmp_path: Path) -> Callable[..., Path]:
    """Writes a built-in file in which the first occurrence of each old text is replaced by the new one."""

    def write(loss: str, *replacements: Replacement) -> Path:
        text = (resources.files("rankproof.spec") / f"{loss}.yaml").read_text("utf-8")
        for old, new in replacements:
            assert old in text, f"{old!r} does not stand in {loss}.yaml"
            text = text.replace(old, new, 1)
        path = tmp_path / f"{loss}.yaml"
        path.write_text(text, "utf-8")
        return path

    return write


@pytest.fixture
def mutated(spec_file: Callable[..., Path]) -> Callable[..., LossSpec]:
    """The spec in such a file."""

    def read(loss: str, *replacements: Replacement) -> LossSpec:
        return load(spec_file(loss, *replacements))

    return read


@pytest.fixture
def problems(spec_file: Callable[..., Path]) -> Callable[..., list[str]]:
    """Everything that the loader finds wrong with such a file, as ``(key): message``; the lines are checked here."""

    def read(loss: str, *replacements: Replacement) -> list[str]:
        path = spec_file(loss, *replacements)
        with pytest.raises(SpecError) as caught:
            load(path)
        lines = _lines(path.read_text("utf-8"))
        for problem in caught.value.problems:
            where = problem.location
            assert (where.file, where.line) == (str(path), lines[where.key]), f"{problem} names another line"
        return [f"({problem.location.key}): {problem.message}" for problem in caught.value.problems]

    return read


def _lines(text: str) -> dict[str, int]:
    """The line of every key and list entry, by PyYAML's own composer."""
    found = {"": 1}
    stack: list[tuple[KeyPath, yaml.Node | None]] = [((), yaml.compose(text, Loader=yaml.SafeLoader))]
    while stack:
        path, node = stack.pop()
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                found.setdefault(key_text((*path, key.value)), key.start_mark.line + 1)
                stack.append(((*path, key.value), value))
        elif isinstance(node, yaml.SequenceNode):
            for index, value in enumerate(node.value):
                found.setdefault(key_text((*path, index)), value.start_mark.line + 1)
                stack.append(((*path, index), value))
    return found
