"""The harness, whose lists are short, also judges the ways in which long lists are computed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

CLAUSES = ("value", "gradient", "upstream", "ties", "padding", "extremes", "edge.*")


@pytest.mark.parametrize(
    ("loss", "own"),
    [
        ("pairwise_hinge", "kink"),
        ("approx_ndcg", "scale"),
        ("approx_map", "scale"),
        ("soft_rank", "scale"),
        ("warp", "sampling"),
        ("pairwise_logistic", "scale"),
    ],
)
def test_long_ways_conform(loss, own):
    command = [sys.executable, "-m", "rankproof.conformance", "check"]
    command += [f"{Path(__file__).with_name('long_ways.py')}:{loss}", "--loss", loss, "--dtypes", "float64,float32"]
    command += ["--cases", "12"]
    for clause in (*CLAUSES, own):
        command += ["--clause", clause]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    judged = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)

    assert judged.returncode == 0, judged.stdout + judged.stderr
    assert " 0 diverging, 0 not run" in " ".join(judged.stdout.split())
