"""Spec files load from anywhere, and whatever a file holds, the answer is a spec or a list of problems."""

from __future__ import annotations

import random
import re
import subprocess
import sys
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import pytest

from rankproof.conformance.specification import SpecError, builtin_ids, load, load_builtin


def test_the_built_in_losses_are_listed() -> None:
    assert {"approx_ndcg", "margin_ranking", "pairwise_hinge", "warp"} <= set(builtin_ids())


@pytest.mark.parametrize("loss", builtin_ids())
def test_every_built_in_file_loads(loss: str) -> None:
    spec = load_builtin(loss)

    assert spec.loss == loss
    assert Path(spec.path).name == f"{loss}.yaml"
    assert spec.examples
    assert set(spec.gradient) == set(spec.score_inputs)
    assert spec.formula.value.location.file == f"{loss}.yaml"


def test_an_unknown_built_in_loss_suggests_the_nearest() -> None:
    with pytest.raises(SpecError, match="no built-in loss 'wrap'; did you mean 'warp'"):
        load_builtin("wrap")


def test_a_built_in_loss_is_no_path() -> None:
    with pytest.raises(SpecError, match="no built-in loss"):
        load_builtin("../spec/warp")


def test_a_file_anywhere_on_disk_loads(tmp_path: Path) -> None:
    text = (resources.files("rankproof.spec") / "warp.yaml").read_text("utf-8")
    path = tmp_path / "my_warp.yaml"
    path.write_text(text.replace("loss: warp\n", "loss: my_warp\n"), "utf-8")
    spec = load(path)
    line = next(number for number, line in enumerate(text.splitlines(), 1) if line.startswith("formula:"))

    assert str(spec.formula.value.location) == f"{path}:{line} (formula)"
    assert (spec.loss, spec.path) == ("my_warp", str(path))


def test_a_file_is_called_like_its_loss(tmp_path: Path) -> None:
    path = tmp_path / "other.yaml"
    path.write_bytes((resources.files("rankproof.spec") / "warp.yaml").read_bytes())

    with pytest.raises(SpecError, match=r":2 \(loss\): got 'warp', but the file is called 'other.yaml'"):
        load(path)


def test_a_missing_file_is_an_error_of_the_spec(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="no spec file: the path does not exist"):
        load(tmp_path / "none.yaml")


def test_no_schema_library_is_imported_before_a_file_is_loaded() -> None:
    code = "import rankproof.conformance.specification, sys; print(sorted({'jsonschema', 'torch'} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    assert run.stdout.strip() == "[]"


def test_a_file_full_of_worked_expressions_is_read_within_bounds(problems: Callable[..., list[str]]) -> None:
    many = ", ".join(f'"1/{index}"' for index in range(1, 2_000))

    assert problems("margin_ranking", ("unreduced: [0, ", f"unreduced: [{many}, ")) == [
        "(examples[0].unreduced): has the shape [2001], expected [3]"
    ]


WORDS = [
    *("[]", "{}", "null", "-1", "true", "no", "[[1]]", "{a: 1}", "{shape: [0]}", "{shape: [2]}", ".nan", "1e999", "''"),
    *("scores", "items", "scores[i]", "max()", "x y", "[", "}", ":", "\n", "- ", "{for: i in n, value: 1}", "&a", "*a"),
    *("!x", "?", "#", "0", "margin[i]", "i in items if", "shortfall(i, i)", "2**2**2**9", "'a'", "\0", "é", "\t"),
]


@pytest.mark.parametrize("seed", range(60))
def test_a_damaged_file_is_never_more_than_a_list_of_problems(seed: int, tmp_path: Path) -> None:
    draw = random.Random(seed)
    loss = draw.choice(builtin_ids())
    parts = re.split(r"(\W+)", (resources.files("rankproof.spec") / f"{loss}.yaml").read_text("utf-8"))
    for _ in range(draw.choice([1, 1, 2, 5])):
        parts[draw.randrange(len(parts))] = draw.choice([*WORDS, draw.choice(parts), ""])
    path = tmp_path / f"{loss}.yaml"
    path.write_text("".join(parts), "utf-8")

    lines = _problem_lines(path)

    assert all(1 <= line <= path.read_text("utf-8").count("\n") + 1 for line in lines)


def _problem_lines(path: Path) -> list[int]:
    """The line of every problem, none when the file is still right; anything but a ``SpecError`` fails the test."""
    try:
        load(path)
    except SpecError as error:
        return [problem.location.line for problem in error.problems]
    return []
