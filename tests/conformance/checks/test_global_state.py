"""A call that changes what all code shares is found, and so is one that seeds a global generator."""

from __future__ import annotations

import subprocess
import sys

import pytest

from rankproof.conformance.checks.clause import Context
from rankproof.conformance.specification import load_builtin
from rankproof.conformance.subjects.build import build_subject
from rankproof.conformance.verdict.finding import Verdict
from tests.conformance.data.made_subject import verdict_on

SPEC = load_builtin("margin_ranking")
LOSSES = """
import os
import random
import sys

import numpy as np


def right(input1, input2, target, margin=0.0):
    return np.maximum(0, margin - target * (input1 - input2)).mean()


def raises_the_limit(input1, input2, target, margin=0.0):
    sys.setrecursionlimit(7654)
    return right(input1, input2, target, margin)


def seeds(input1, input2, target, margin=0.0):
    random.seed(3)
    return right(input1, input2, target, margin)


def draws(input1, input2, target, margin=0.0):
    random.random()
    return right(input1, input2, target, margin)
"""


@pytest.fixture
def finding_on(tmp_path):
    """The finding on one of the losses."""
    (tmp_path / "stateful.py").write_text(LOSSES)

    def judge(name):
        subject = build_subject(f"{tmp_path / 'stateful.py'}:{name}", SPEC)
        context = Context(SPEC, subject, subject.capabilities(), "float64")
        return verdict_on(context, "purity.global_state", cases=4)

    return judge


@pytest.mark.parametrize("name", ["right", "draws"])
def test_a_call_that_leaves_things_as_they_were_conforms(finding_on, name):
    assert finding_on(name).verdict is Verdict.CONFORMING


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("raises_the_limit", "the call changes Python's recursion limit"),
        ("seeds", "the call seeds the global generator of Python"),
    ],
)
def test_a_change_diverges_and_its_snippet_fails(finding_on, name, words):
    finding = finding_on(name)
    ran = subprocess.run([sys.executable, "-c", finding.counterexample.snippet], capture_output=True, text=True)

    assert finding.verdict is Verdict.DIVERGES
    assert words in finding.reason
    assert "AssertionError" in ran.stderr
