"""The command prints its figures, fails where an input failed, and says when atheris is not there."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.fuzz", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, cwd=Path(__file__).parents[2])


def test_figures_are_printed_and_kept(tmp_path: Path) -> None:
    ran = run("--inputs", 300, "--target", "formula", "--target", "waivers", "--out", tmp_path / "fuzz")
    figures = json.loads((tmp_path / "fuzz" / "figures.json").read_text())

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert sum(each["inputs"] for each in figures) >= 300
    assert {each["target"] for each in figures} == {"formula", "waivers"}
    assert "inputs, 0 failures" in ran.stdout


def test_a_kept_input_is_put_to_its_target_again(tmp_path: Path) -> None:
    (tmp_path / "failure-1").write_bytes(b"bad")
    (tmp_path / "failure-1.txt").write_text("raises hypothesis\n")
    ran = run("--reproduce", tmp_path / "failure-1")

    assert ran.returncode == 1
    assert "KeyError: 'scores'" in ran.stderr


def test_without_atheris_the_rest_is_run_and_that_is_said(tmp_path: Path) -> None:
    hidden = "import sys; sys.modules['atheris'] = None; sys.argv = ['fuzz', *sys.argv[1:]]; import tests.fuzz.engines"
    source = f"{hidden}\nfrom tests.fuzz.__main__ import main\nsys.exit(main())"
    options = ["--inputs", "40", "--target", "waivers", "--out", str(tmp_path / "fuzz")]
    command = [sys.executable, "-c", source, *options]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=300, cwd=Path(__file__).parents[2])

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "atheris was not run" in ran.stdout
