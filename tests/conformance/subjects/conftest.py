"""The miniature subjects by name, and a pair case that they all understand."""

from __future__ import annotations

import functools
from pathlib import Path

import numpy as np
import pytest

from rankproof.conformance.cases.case import Case
from rankproof.conformance.specification import load_builtin
from rankproof.conformance.subjects.build import build_subject

HERE = Path(__file__).parent
specification = functools.cache(load_builtin)


@pytest.fixture
def torch_loss():
    """A miniature of miniatures.py as a subject."""

    def build(name, loss="margin_ranking", **options):
        return build_subject(f"{HERE / 'miniatures.py'}:{name}", specification(loss), **options)

    return build


@pytest.fixture
def numpy_loss():
    """A miniature of numpy_miniatures.py as a subject."""

    def build(name, loss="margin_ranking", **options):
        return build_subject(f"{HERE / 'numpy_miniatures.py'}:{name}", specification(loss), **options)

    return build


@pytest.fixture
def pairs():
    """Three pairs: violated, met, violated the other way round."""
    inputs = {
        "input1": np.array([0.5, 2.0, 1.5]),
        "input2": np.array([1.0, 0.5, 0.25]),
        "target": np.array([1.0, 1.0, -1.0]),
    }
    return Case(inputs=inputs, parameters={"margin": 0.5}, reduction="mean")


@pytest.fixture
def positive_pairs(pairs):
    """The same with every target 1."""
    return pairs.with_(inputs={**pairs.inputs, "target": np.ones(3)})
