"""A spec file with something wrong in it is refused by the command line: file, line, what was meant, status 2."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest

pytest.importorskip("torch")

DATA = Path(__file__).parent / "data"
SPEC = (resources.files("rankproof.spec") / "margin_ranking.yaml").read_text()
NAME = "margin_ranking.yaml"


def run(*arguments):
    command = [sys.executable, "-m", "rankproof.conformance", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=DATA)


def check(spec):
    return run("check", "miniature.py:right", "--spec", spec, "--clause", "value", "--cases", "3")


def show(spec):
    return run("show", "--spec", spec)


def mutated(tmp_path, old, new):
    """The spec of margin_ranking with one change, and the line that it is in."""
    assert SPEC.count(old) == 1, f"{old!r} is to mark one place of {NAME}"
    (tmp_path / NAME).write_text(SPEC.replace(old, new))
    return tmp_path / NAME, SPEC[: SPEC.index(old)].count("\n") + 1


def assert_refused(ran, place, words):
    assert ran.returncode == 2, ran.stdout
    assert place in ran.stderr
    assert re.search(words, ran.stderr), ran.stderr
    assert "Traceback" not in ran.stderr
    assert len(ran.stderr.splitlines()) < 10


MISTAKES = {
    "a typo in a key": ("title: Margin", "titel: Margin", r"unknown key 'titel'; did you mean 'title'\?"),
    "an unknown variable": (
        "shortfall(i): margin -",
        "shortfall(i): margni -",
        r"unknown name 'margni' .*; did you mean 'margin'\?",
    ),
    "a formula that is no formula": (
        "max(0, shortfall(i))",
        "max(0, shortfall(i)",
        r"not an expression: '\(' was never closed",
    ),
    "a call of something else": (
        "max(0, shortfall(i))",
        "maximum(0, shortfall(i))",
        r"unknown function 'maximum' .*; did you mean 'max'\?",
    ),
    "a wrong shape in an example": (
        "inputs: {input1: [2, 1.5, 3], input2: [1, 2, 1],",
        "inputs: {input1: [2, 1.5, 3], input2: [1, 2],",
        r"has 2 along n, but input1 has 3; expected equal lengths",
    ),
    "a choice that does not exist": ("unit: pair, default: mean", "unit: pair, default: maen", r"'maen'.*mean"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
@pytest.mark.parametrize("command", [check, show])
def test_a_mistake_in_the_file_is_told_with_its_line_and_what_was_meant(tmp_path, command, mistake):
    old, new, words = MISTAKES[mistake]
    file, line = mutated(tmp_path, old, new)

    assert_refused(command(file), f"{NAME}:{line} ", words)


def test_all_mistakes_of_a_file_are_told_at_once(tmp_path):
    text = SPEC.replace("title: Margin", "titel: Margin").replace("shortfall(i): margin -", "shortfall(i): margni -")
    (tmp_path / NAME).write_text(text)
    ran = check(tmp_path / NAME)

    assert_refused(ran, f"{NAME}:3 ", "titel")
    assert "margni" in ran.stderr


CONTRADICTIONS = {
    "a gradient that contradicts the formula": (
        "input2[i]: target[i] if",
        "input2[i]: -target[i] if",
        "gradient.input2[i]",
        r"stated gradient of input2\[0\] is -1\.0, the formula gives 1\.0, at input1=.*; correct one of them",
    ),
    "a value that contradicts the formula": (
        "value: 3.5",
        "value: 3.25",
        "examples[2].value",
        r"states 3\.25, the formula gives 3\.5; correct one of them",
    ),
    "an unreduced value that contradicts the formula": (
        "unreduced: [3, 0, 0.5]",
        "unreduced: [3, 0, -0.5]",
        "examples[2].unreduced",
        r"states \[3\.0, 0\.0, -0\.5\], the formula gives \[3\.0, 0\.0, 0\.5\]",
    ),
    "a worked gradient that contradicts the formula": (
        "gradient: {input1: [-1, 0, 1], input2: [1, 0, -1]}",
        "gradient: {input1: [-1, 0, 1], input2: [1, 0, 1]}",
        "examples[2].gradient",
        r"states .*'input2': \[1\.0, 0\.0, 1\.0\].*, the formula gives .*'input2': \[1\.0, 0\.0, -1\.0\]",
    ),
    "a worked gradient of another convention than the rules'": (
        'gradient: {input1: [0, "-1/3", 0], input2: [0, "1/3", 0]}',
        'gradient: {input1: ["-1/3", "-1/3", 0], input2: ["1/3", "1/3", 0]}',
        "examples[0].gradient",
        r"states .*, the rules of gradient give .*'input1': \[-?0\.0, -0\.33",
    ),
    "a kink that is not declared": (
        "where: shortfall(i) == 0",
        "where: shortfall(i) == -1000",
        "formula",
        r"the gradient is a set at .*, and no entry of kinks says so",
    ),
}


@pytest.mark.parametrize("contradiction", CONTRADICTIONS)
def test_a_file_that_contradicts_itself_is_refused_before_anything_is_judged(tmp_path, contradiction):
    old, new, key, words = CONTRADICTIONS[contradiction]
    file, _ = mutated(tmp_path, old, new)
    ran = check(file)

    assert_refused(ran, f"({key}", words)
    assert re.search(rf"{re.escape(NAME)}:\d+ \({re.escape(key)}", ran.stderr)
    assert len(ran.stderr.splitlines()) == 1
    assert ran.stdout == ""


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (bytes(range(256)), r"not UTF-8; save the file as UTF-8"),
        (b"", r"the file is empty; expected a mapping"),
        (b"\x00\x00\x00\x00", r"the character 0 is not allowed in YAML text"),
        (b"just words\n", r"expected a mapping"),
        (b"title: [1\n", r"not YAML"),
        (None, r"does not exist"),
    ],
    ids=["binary", "empty", "zeros", "prose", "no YAML", "missing"],
)
@pytest.mark.parametrize("command", [check, show])
def test_what_is_no_spec_file_is_told_so(tmp_path, command, content, words):
    if content is not None:
        (tmp_path / NAME).write_bytes(content)

    assert_refused(command(tmp_path / NAME), f"{NAME}:", words)


def test_a_directory_is_no_spec_file(tmp_path):
    assert_refused(check(tmp_path), str(tmp_path), "the path is a directory")


def test_a_spec_of_ones_own_is_judged_like_a_built_in_one(tmp_path):
    file, _ = mutated(tmp_path, "title: Margin ranking loss", "title: Margin ranking loss of our house")

    assert check(file).returncode == 0
    assert show(file).stdout.startswith("Margin ranking loss of our house (margin_ranking)\n")
