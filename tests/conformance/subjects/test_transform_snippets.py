"""The lines that call a loss through a transformation run by themselves, and leave the same numbers behind."""

from __future__ import annotations

import numpy as np
import pytest

from rankproof.conformance.cases.case import Case
from rankproof.conformance.specification import load_builtin
from rankproof.conformance.subjects.build import build_subject
from rankproof.conformance.subjects.subject import Call, Transform

pytest.importorskip("torch")

INPUTS = {
    "input1": np.array([0.5, 2.0, 1.5]),
    "input2": np.array([1.0, 0.5, 0.25]),
    "target": np.array([1.0, 1.0, -1.0]),
}
DIRECTION = {"input1": [1.0, 2.0, -1.0], "input2": [0.5, 0.0, 1.0]}


@pytest.fixture(scope="module")
def subject():
    return build_subject("tests.conformance.data.transformed_losses:margin_ranking", load_builtin("margin_ranking"))


def case(transform):
    batch = {name: np.stack([array, array[::-1]]) for name, array in INPUTS.items()}
    notes = {"direction": {name: [step, step] for name, step in DIRECTION.items()}}
    return Case(batch, {"margin": 0.5}, "none", "float64", notes=notes)


SHOWN = [each for each in Transform if each not in (Transform.COMPILE, Transform.COMPILED)]


@pytest.mark.parametrize("transform", SHOWN)
def test_the_snippet_leaves_behind_what_the_subject_returned(subject, transform):
    asked, call = case(transform), Call(transform=transform)
    outcome = subject.run(asked, call)
    scope: dict = {}
    exec(subject.snippet(asked, call), scope)

    assert outcome.error is None, outcome.message
    assert transform is Transform.TWICE or np.allclose(scope["value"], outcome.value)
    for name, gradient in outcome.gradient.items():
        assert np.allclose(scope["gradient"][name], gradient)


@pytest.mark.parametrize("transform", [Transform.COMPILE, Transform.COMPILED])
def test_the_snippet_compiles_whole_and_for_any_size(subject, transform):
    source = subject.snippet(case(transform), Call(transform=transform))

    compile(source, "snippet", "exec")
    assert 'torch.compile(loss, fullgraph=True, dynamic=True, backend="aot_eager")' in source
