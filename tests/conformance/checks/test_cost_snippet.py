"""The snippet of a cost measures the subject at three lengths, and raises only where it grows too fast."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from rankproof.conformance.cases.case import Case
from rankproof.conformance.checks.clause import Context
from rankproof.conformance.checks.cost_snippet import cost_snippet
from rankproof.conformance.specification import load_builtin
from rankproof.conformance.subjects.build import build_subject

SPEC = load_builtin("margin_ranking")
LOSSES = """
import numpy as np

def linear(input1, input2, target, margin=0.0):
    return np.maximum(0, margin - target * (input1 - input2)).mean()

def quadratic(input1, input2, target, margin=0.0):
    table = np.ones((len(input1), len(input1)))
    return linear(input1, input2, target, margin) + 0 * table.sum()
"""


@pytest.fixture
def snippet(tmp_path):
    """The source for one of the losses, at lengths at which the difference is plain."""
    (tmp_path / "costly.py").write_text(LOSSES)

    def make(name):
        subject = build_subject(f"{tmp_path / 'costly.py'}:{name}", SPEC)
        context = Context(SPEC, subject, subject.capabilities(), "float64")
        inputs = {name: np.array([1.0]) for name in SPEC.inputs}
        return cost_snippet(context, Case(inputs, {"margin": 0.0}, "mean"), (64, 1024, 4096), 4.0, 2**22)

    return make


def test_inputs_are_drawn_at_the_length_that_is_asked_for(snippet):
    source = snippet("linear")

    compile(source, "snippet", "exec")
    assert 'given["input1"]' in source
    assert "draw.choice([-1, 1], n)" in source
    assert "def peak(n):" in source


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="the meter reads Linux's /proc")
@pytest.mark.parametrize(("name", "status"), [("linear", 0), ("quadratic", 1)])
def test_it_raises_where_memory_grows_faster_than_allowed(snippet, name, status):
    ran = subprocess.run([sys.executable, "-c", snippet(name)], capture_output=True, text=True, timeout=120)

    assert ran.returncode == status, ran.stderr
    if status:
        assert "MiB at n = 4096" in ran.stderr
