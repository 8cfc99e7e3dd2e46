"""Options of the pytest plugin that are wrong are told before anything is collected."""

from __future__ import annotations

import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest

pytest.importorskip("torch")

SPEC = Path(str(resources.files("rankproof.spec"))) / "margin_ranking.yaml"
MINIATURE = Path(__file__).parent / "data" / "miniature.py"


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("--rankproof-level=nope", "'nope' (choose from"),
        ("--rankproof-cases=0", "got '0', expected a whole number of at least 1"),
        ("--rankproof-cases=-3", "got '-3'"),
        ("--rankproof-json=/", "/ is a directory, expected a file"),
        ("--rankproof-dtypes=float8", "unknown dtype float8: expected some of float64"),
        ("--rankproof-waivers=absent.yaml", "absent.yaml: cannot be read"),
        ("--rankproof-subject=loss", "cannot read the subject 'loss': expected module:attribute"),
    ],
)
def test_a_wrong_option_is_told_without_a_traceback(tmp_path, option, words):
    subject = f"--rankproof-subject=right={MINIATURE}:right"
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", str(SPEC), subject, option]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    told = ran.stdout + ran.stderr

    assert ran.returncode not in (0, 1), told
    assert words in told
    assert "Traceback" not in told
    assert "INTERNALERROR" not in told
    assert "passed" not in told
