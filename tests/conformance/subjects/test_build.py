"""From text to subject: the framework, the gradient beside it, the device."""

from __future__ import annotations

import os
import sys

import pytest

from rankproof.conformance.specification import load_builtin
from rankproof.conformance.subjects.build import build_subject
from rankproof.conformance.subjects.numpy_subject import NumpySubject
from rankproof.conformance.subjects.subject import SubjectError
from rankproof.conformance.subjects.torch_subject import TorchSubject

MARGIN_RANKING = load_builtin("margin_ranking")


def built(text, **options):
    return build_subject(text, MARGIN_RANKING, **options)


def test_the_reference_is_a_numpy_subject():
    subject = built("rankproof.reference.margin_ranking:margin_ranking")

    assert isinstance(subject, NumpySubject)
    assert subject.gradient_target.__name__ == "margin_ranking_gradient"


def test_a_torch_module_is_a_torch_subject():
    assert isinstance(built("torch.nn:MarginRankingLoss"), TorchSubject)


def test_a_file_that_uses_torch_and_numpy_is_a_torch_subject(tmp_path):
    path = tmp_path / "both.py"
    path.write_text("import numpy as np\nfrom torch import relu\ndef loss(input1, input2, target): ...\n")

    assert isinstance(built(f"{path}:loss"), TorchSubject)


def test_a_file_that_uses_numpy_only_is_a_numpy_subject(tmp_path):
    path = tmp_path / "numeric.py"
    path.write_text("from numpy import maximum\ndef loss(input1, input2, target): ...\n")

    assert isinstance(built(f"{path}:loss"), NumpySubject)


def test_a_module_that_passes_a_torch_loss_on_is_a_torch_subject(tmp_path):
    path = tmp_path / "passes_on.py"
    path.write_text("import numpy\nimport torch.nn as layers\nloss = layers.MarginRankingLoss\ndel layers\n")

    assert isinstance(built(f"{path}:loss"), TorchSubject)


def test_the_framework_can_be_said(tmp_path):
    path = tmp_path / "plain.py"
    path.write_text("def loss(input1, input2, target): ...\n")

    assert isinstance(built(f"{path}:loss", framework="numpy"), NumpySubject)
    assert isinstance(built(f"{path}:loss", framework="torch"), TorchSubject)


def test_the_name_is_the_text_unless_given():
    assert built("torch.nn:MarginRankingLoss").name == "torch.nn:MarginRankingLoss"
    assert built("torch.nn:MarginRankingLoss", name="torch").name == "torch"


def test_an_unknown_framework_is_refused():
    with pytest.raises(SubjectError, match="expected one of auto, torch, numpy"):
        built("torch.nn:MarginRankingLoss", framework="jax")


def test_numpy_runs_on_the_cpu_only():
    with pytest.raises(SubjectError, match='runs on the device "cpu"; got "cuda"'):
        built("rankproof.reference.margin_ranking:margin_ranking", device="cuda")


def test_the_interpreter_is_asked_for_before_the_subject_is_imported(tmp_path, monkeypatch):
    pytest.importorskip("triton")
    monkeypatch.setenv("TRITON_INTERPRET", "0")  # put back afterwards
    path = tmp_path / "looks.py"
    path.write_text("import os, torch\nseen = os.environ['TRITON_INTERPRET']\ndef loss(input1, input2, target): ...\n")
    subject = built(f"{path}:loss", device="interpreter")

    assert sys.modules[subject.target.__module__].seen == "1"
    assert os.environ["TRITON_INTERPRET"] == "1"
